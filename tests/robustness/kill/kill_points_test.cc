// The server's program, killed at each of its failpoints in turn while it is at one kind of work,
// and started again on the same store.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/robustness/kill/scenarios.h"

namespace profilesync::testing {
namespace {

constexpr int kMostReaches = 3;  // of one point
constexpr int kMostCommits = 5;
constexpr int kLanes = 8;  // kills at a time: much of one is waiting

struct Kill {
  std::string point;
  int reach;
};

std::string NameOf(const Kill& kill) { return absl::StrCat(kill.point, "@", kill.reach); }

class KillPointsTest : public ::testing::TestWithParam<Scenario> {
 protected:
  KillPointsTest() {
    if (GetParam().first_start) {
      return;
    }
    EXPECT_TRUE(original_.Start());
    original_.MakeFirm();
    task_ = GetParam().prepare(original_);
    original_.Kill();
    original_.LetLeasesExpire();
  }

  // Where a server that does the work can be killed, as one tells that isn't.
  std::vector<Kill> FindKills() {
    World world(original_);
    const std::string log = world.folder() / "points";
    EXPECT_TRUE(world.Start({"PROFILESYNC_FAILPOINT_LOG=" + log}));
    if (task_.ask) {
      const Told told = task_.ask(world.api());
      EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
    }
    const std::vector<std::string>& points = GetParam().points;
    std::map<std::string, int> reached;
    WaitUntil([&] {
      reached.clear();
      std::ifstream lines(log);
      for (std::string line; std::getline(lines, line);) {
        ++reached[line];
      }
      return std::all_of(points.begin(), points.end(),
                         [&](const std::string& point) { return reached[point] > 0; });
    });
    std::vector<Kill> kills;
    for (const std::string& point : points) {
      EXPECT_GT(reached[point], 0) << point << " isn't reached";
      for (int reach = 1; reach <= std::min(reached[point], kMostReaches); ++reach) {
        kills.push_back({point, reach});
      }
    }
    for (const std::string& point : StorePoints()) {
      for (int reach = 1; reach <= std::min(reached[point], kMostCommits); ++reach) {
        kills.push_back({point, reach});
      }
    }
    return kills;
  }

  // Whether the server was killed where it was to be; else it is now.
  bool DoAndBeKilled(World& world, const Kill& kill, bool must_be_reached,
                     std::optional<Told>* told) {
    if (!world.Start({absl::StrCat("PROFILESYNC_FAILPOINTS=", kill.point, "=kill@", kill.reach)})) {
      return true;
    }
    if (task_.ask) {
      *told = task_.ask(world.api());
    }
    const bool waits = GetParam().in_background || (*told && !(*told)->answer.ok());
    const absl::Duration longest = must_be_reached ? absl::Seconds(20) : absl::Seconds(2);
    const bool ended = world.Ends(waits ? longest : absl::Milliseconds(50));
    world.Kill();
    return ended;
  }

  // What was told before the kill is so after it.
  void ExpectKept(const std::optional<Told>& told, const Held& held) {
    if (!told || !told->answer.ok() || told->state == v1::SyncOperation::STATE_UNSPECIFIED) {
      return;
    }
    const auto operation = held.operations.find(told->operation);
    ASSERT_NE(operation, held.operations.end()) << "an operation that was answered is gone";
    EXPECT_TRUE(MayFollow(told->state, operation->second.state()))
        << told->text << " is now " << operation->second.DebugString();
  }

  // The same request again: the operation that it began, where it began one.
  void AskAgain(World& world, const std::optional<Told>& told) {
    if (!task_.ask) {
      return;
    }
    std::string begun;
    for (const auto& [name, operation] : ReadAll(world.api()).operations) {
      const bool of_it = operation.request_id() == task_.request_id;
      begun = of_it && operation.state() != v1::SyncOperation::FAILED ? name : begun;
    }
    const Told again = task_.ask(world.api());
    EXPECT_TRUE(again.answer.known()) << again.answer.status.error_message();
    // Meanwhile a read-back may have found out that nothing was written, which frees the id.
    const Held now = ReadAll(world.api());
    const bool freed =
        !begun.empty() && now.operations.at(begun).state() == v1::SyncOperation::FAILED;
    if (!begun.empty() && !freed) {
      EXPECT_EQ(again.operation, begun);
      return;
    }
    EXPECT_TRUE(again.answer.ok() || again.answer.reason == "CHANGED_SINCE_READ")
        << again.answer.status.error_message();
    if (told && told->answer.ok() && told->state == v1::SyncOperation::STATE_UNSPECIFIED) {
      EXPECT_EQ(again.operation, told->operation);
      if (told->operation.empty()) {
        EXPECT_EQ(again.text, told->text) << "the recorded answer";
      }
    }
  }

  // The server that is asked afterwards: another one that was there all the time, or a new one.
  enum class Next { kSurvivor, kNew };

  void KillAt(const Kill& kill, bool must_be_reached, Next next = Next::kNew) {
    World world(original_);
    std::optional<Told> told;
    EXPECT_TRUE(next == Next::kNew || world.StartSurvivor());
    EXPECT_TRUE(DoAndBeKilled(world, kill, must_be_reached, &told) || !must_be_reached)
        << "it wasn't reached";
    world.BeginEra();
    if (!GetParam().first_start) {
      world.LetLeasesExpire();
    }
    if (next == Next::kSurvivor) {
      world.UseSurvivor();
      ASSERT_TRUE(WaitUntilSettled(world.api()));
    } else {
      ASSERT_TRUE(world.Start()) << world.Log();
    }
    if (GetParam().first_start) {
      world.MakeFirm();
      return;
    }
    CheckWhatIsLeft(world, told);
  }

  void CheckWhatIsLeft(World& world, const std::optional<Told>& told) {
    ExpectSoundDatabase(world);
    const Held found = ReadAll(world.api());
    ExpectWholeFeed(found);
    ExpectKept(told, found);
    EXPECT_EQ(std::count_if(world.Writes().begin(), world.Writes().end(),
                            [](const SentWrite& write) { return write.era > 0; }),
              0)
        << "recovery sends no write";
    AskAgain(world, told);
    ASSERT_TRUE(WaitUntilSettled(world.api()));
    AskAgain(world, told);
    ASSERT_TRUE(WaitUntilSettled(world.api()));
    ExpectInOrder(world, found);
  }

  void ExpectInOrder(World& world, const Held& found) {
    const Held held = ReadAll(world.api());
    ExpectWholeFeed(held);
    ExpectFeedGrew(found, held);
    ExpectHistoryOfOperations(held);
    ExpectOneOperationARequest(held);
    ExpectNoWriteTwice(world, held);
    ExpectSettled(world, held, task_.first);
    if (task_.check) {
      task_.check(world, held);
    }
  }

  void KillAtEach(std::vector<Kill> kills, Next next) {
    const char* const only = std::getenv("PROFILESYNC_KILL_AT");
    std::erase_if(kills, [&](const Kill& kill) { return only != nullptr && NameOf(kill) != only; });
    std::atomic<std::size_t> done = 0;
    std::vector<std::thread> lanes;
    for (int lane = 0; lane < kLanes; ++lane) {
      lanes.emplace_back([&] {
        for (std::size_t i = done++; i < kills.size(); i = done++) {
          const Kill& kill = kills[i];
          const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
          SCOPED_TRACE(absl::StrCat("replay: PROFILESYNC_KILL_AT=", NameOf(kill),
                                    " kill_test --gtest_filter='", test->test_suite_name(), ".*/",
                                    GetParam().name, "'"));
          const auto& store = StorePoints();
          const bool of_store = std::find(store.begin(), store.end(), kill.point) != store.end();
          KillAt(kill, !of_store && kill.reach == 1, next);
        }
      });
    }
    for (std::thread& lane : lanes) {
      lane.join();
    }
    std::cout << kills.size() << " kills\n";
  }

  World original_;
  Task task_;
};

TEST_P(KillPointsTest, NothingIsLostAppliedTwiceOrDoneByGuess) {
  KillAtEach(FindKills(), Next::kNew);
}

INSTANTIATE_TEST_SUITE_P(All, KillPointsTest, ::testing::ValuesIn(Scenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

// Those that leave something to be recovered, by a server that was at work on the store all the
// time.
class SurvivorTest : public KillPointsTest {};

std::vector<Scenario> SurvivedScenarios() {
  std::vector<Scenario> some = Scenarios();
  const std::set<std::string> names = {"BothWays", "Restore", "Export", "Import"};
  std::erase_if(some, [&](const Scenario& scenario) { return !names.contains(scenario.name); });
  return some;
}

TEST_P(SurvivorTest, SettlesWhatTheKilledServerLeft) {
  std::vector<Kill> kills;
  for (const std::string& point : GetParam().points) {
    kills.push_back({point, 1});
  }
  KillAtEach(std::move(kills), Next::kSurvivor);
}

INSTANTIATE_TEST_SUITE_P(All, SurvivorTest, ::testing::ValuesIn(SurvivedScenarios()),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace profilesync::testing
