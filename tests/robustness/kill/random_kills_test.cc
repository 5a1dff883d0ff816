// The server's program, killed at any moment while several clients work on it.
#include <gtest/gtest.h>

#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/robustness/kill/scenarios.h"
#include "tests/robustness/load/session.h"
#include "tests/support/seeds.h"

namespace profilesync::testing {
namespace {

constexpr int kNever = 1'000'000;

// As many for each seed as the variable says.
int Kills() { return CountFrom("PROFILESYNC_KILLS", 30); }

// Those that a server comes past while clients work on it.
std::vector<std::string> Points() {
  std::set<std::string> points;
  for (const Scenario& scenario : Scenarios()) {
    if (!scenario.first_start) {
      points.insert(scenario.points.begin(), scenario.points.end());
    }
  }
  return {points.begin(), points.end()};
}

class RandomKillsTest : public ::testing::TestWithParam<unsigned> {
 protected:
  RandomKillsTest() : session_(GetParam()) {}

  int Below(int end) { return static_cast<int>(session_.random()() % static_cast<unsigned>(end)); }

  // Lets the clients work till the server is killed: after some requests, whatever the machine's
  // pace; now and then so late that the log has been copied to the database.
  void WorkAndKill() {
    const bool late = Below(15) == 0;
    session_.WorkUntilEnd(late ? kNever : 1 + Below(50),
                          late ? absl::Milliseconds(950 + Below(200)) : absl::Seconds(3),
                          [this] { session_.world().Kill(); });
  }

  // Half of them at a commit: whatever is done comes past there.
  std::string Failpoint() {
    const std::vector<std::string> points = Points();
    switch (Below(4)) {
      case 0:
        return absl::StrCat("store.before_commit=kill@", 1 + Below(60));
      case 1:
        return absl::StrCat("store.after_commit=kill@", 1 + Below(60));
      default:
        return absl::StrCat(
            points[static_cast<std::size_t>(Below(static_cast<int>(points.size())))], "=kill@",
            1 + Below(4));
    }
  }

  // The next server finds leases that run on still in one case of four.
  void Killed() {
    session_.world().Kill();
    session_.world().BeginEra();
    if (Below(4) != 0) {
      session_.world().LetLeasesExpire();
    }
  }

  void KillAtFailpoint() {
    const std::string failpoint = Failpoint();
    if (session_.world().Start({"PROFILESYNC_FAILPOINTS=" + failpoint})) {
      WorkAndKill();
    }
    Killed();
  }

  void CheckAndKill() {
    ASSERT_TRUE(session_.world().Start()) << session_.world().Log();
    session_.ExpectKept();
    WorkAndKill();
    Killed();
  }

  Session session_;
};

TEST_P(RandomKillsTest, NothingIsLostAppliedTwiceOrDoneByGuess) {
  session_.world().Kill();
  for (int kills = 0; kills < Kills() && !HasFailure(); kills += 2) {
    SCOPED_TRACE(absl::StrCat("kill ", kills, ", replay: PROFILESYNC_KILLS=", Kills(),
                              SeedVariable(GetParam(), 13), " kill_test --gtest_filter='*/Seed",
                              GetParam(), "'"));
    KillAtFailpoint();
    CheckAndKill();
  }
  session_.world().LetLeasesExpire();
  ASSERT_TRUE(session_.world().Start());
  session_.ExpectSettled();
  std::cout << Kills() << " kills, " << session_.Summary() << "\n";
  // On a busy machine a server may be killed before it has answered anything.
  EXPECT_GT(session_.acknowledged(), Kills() / 4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomKillsTest, ::testing::ValuesIn(Seeds({11, 12, 13})),
                         [](const auto& seed) { return absl::StrCat("Seed", seed.param); });

}  // namespace
}  // namespace profilesync::testing
