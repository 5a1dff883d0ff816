// The power fails while several clients work on the server: what wasn't synced is gone, or a part
// of it, down to pieces of a sector.
#include <cerrno>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tests/robustness/disk/disk.h"
#include "tests/robustness/load/session.h"
#include "tests/support/seeds.h"

namespace profilesync::testing {
namespace {

constexpr int kNever = 1'000'000;

int Losses() { return CountFrom("PROFILESYNC_POWER_LOSSES", 10); }

class PowerLossTest : public ::testing::TestWithParam<unsigned> {
 protected:
  PowerLossTest() : session_(GetParam()), disk_(session_.world()) { session_.world().Kill(); }

  int Below(int end) { return static_cast<int>(session_.random()() % static_cast<unsigned>(end)); }

  // After some requests; now and then so late that the log has been copied to the database.
  void WorkUntilEnd(const std::function<void()>& end) {
    const bool late = Below(3) == 0;
    session_.WorkUntilEnd(late ? kNever : 1 + Below(50),
                          late ? absl::Milliseconds(950 + Below(200)) : absl::Seconds(3), end);
  }

  // For a while the disk has no room, or little, or can't sync; then all is well again.
  void MaybeTrouble() {
    switch (Below(6)) {
      case 0:
        disk_.control().full = ShimControl::kNoWrites;
        break;
      case 1:
        disk_.control().room = Below(200 << 10);
        disk_.control().full = ShimControl::kNoGrowth;
        break;
      case 2:
        disk_.control().sync_error = EIO;
        break;
      default:
        return;
    }
    session_.Work(1 + Below(50), absl::Milliseconds(100));
    disk_.Mend();
  }

  Session session_;
  Disk disk_;
};

TEST_P(PowerLossTest, WhatWasAcknowledgedIsThereWhenThePowerIsBack) {
  World& world = session_.world();
  for (int loss = 0; loss < Losses() && !HasFailure(); ++loss) {
    SCOPED_TRACE(absl::StrCat("loss ", loss, ", replay: PROFILESYNC_POWER_LOSSES=", Losses(),
                              SeedVariable(GetParam(), 22), " disk_test --gtest_filter='*/Seed",
                              GetParam(), "'"));
    ASSERT_TRUE(world.Start(disk_.Variables())) << world.Log();
    session_.ExpectKept();
    MaybeTrouble();
    WorkUntilEnd([&] { world.Kill(); });
    EXPECT_GT(disk_.control().syncs, 0);
    disk_.LosePower(session_.random());
    world.BeginEra();
    if (Below(4) != 0) {
      world.LetLeasesExpire();
    }
  }
  world.LetLeasesExpire();
  ASSERT_TRUE(world.Start()) << world.Log();
  session_.ExpectSettled();
  std::cout << Losses() << " losses, " << session_.Summary() << "\n";
}

INSTANTIATE_TEST_SUITE_P(Seeds, PowerLossTest, ::testing::ValuesIn(Seeds({21, 22})),
                         [](const auto& seed) { return absl::StrCat("Seed", seed.param); });

// At a server's first start there is no database before, and its key is made.
TEST(FirstPowerLossTest, AServerStartsAgain) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    World world;
    Disk disk(world);
    std::vector<std::string> variables = disk.Variables();
    variables.push_back(seed % 5 == 0
                            ? std::string("PROFILESYNC_FAILPOINTS=key.before_name=kill")
                            : absl::StrCat("PROFILESYNC_FAILPOINTS=store.in_migration=", "kill@",
                                           1 + random() % 7));
    EXPECT_FALSE(world.Start(variables));
    disk.LosePower(random);
    ASSERT_TRUE(world.Start(disk.Variables())) << world.Log();
    world.MakeFirm();
    ExpectSoundDatabase(world);
  }
}

}  // namespace
}  // namespace profilesync::testing
