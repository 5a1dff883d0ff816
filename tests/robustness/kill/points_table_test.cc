// Every failpoint of the server has a row: a new one that no test kills the server at fails here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/robustness/kill/scenarios.h"

namespace profilesync::testing {
namespace {

std::string Contents(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// The names of the points that the server's source reaches.
std::set<std::string> PointsInSource() {
  const std::filesystem::path root(PROFILESYNC_SOURCE);
  const std::regex call("\\bFailpoint\\(\\s*\"([^\"]+)\"");
  std::set<std::string> points;
  for (const char* top : {"server", "common"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / top)) {
      const std::string name = entry.path().filename();
      if (!entry.is_regular_file() || name.ends_with("_test.cc") ||
          !(name.ends_with(".cc") || name.ends_with(".h"))) {
        continue;
      }
      const std::string text = Contents(entry.path());
      for (std::sregex_iterator found(text.begin(), text.end(), call), end; found != end; ++found) {
        points.insert((*found)[1]);
      }
    }
  }
  return points;
}

TEST(PointsTableTest, HasARowForEveryFailpointOfTheServer) {
  std::set<std::string> rows(StorePoints().begin(), StorePoints().end());
  for (const Scenario& scenario : Scenarios()) {
    rows.insert(scenario.points.begin(), scenario.points.end());
  }
  for (const auto& [point, test] : PointsOfOtherTests()) {
    rows.insert(point);
    const std::string text = Contents(std::filesystem::path(PROFILESYNC_SOURCE) / test);
    EXPECT_NE(text.find(point), std::string::npos) << test << " says nothing of " << point;
  }
  EXPECT_EQ(rows, PointsInSource());
}

}  // namespace
}  // namespace profilesync::testing
