#include "common/failpoint.h"

#include <csignal>

#include "gtest/gtest.h"

namespace profilesync {
namespace {

#ifdef PROFILESYNC_FAILPOINTS

TEST(FailpointTest, RunsItsActionUntilDisarmed) {
  EXPECT_TRUE(Failpoint("test.point").ok());
  int reached = 0;
  SetFailpoint("test.point", [&reached] {
    ++reached;
    return absl::AbortedError("stopped");
  });
  EXPECT_EQ(Failpoint("test.point").code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(Failpoint("test.other").ok());
  SetFailpoint("test.point", nullptr);
  EXPECT_TRUE(Failpoint("test.point").ok());
  EXPECT_EQ(reached, 1);
}

// The CMake file arms these for the whole test program.
TEST(FailpointTest, EnvironmentArmsPoints) {
  EXPECT_EQ(Failpoint("test.env_error").code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(Failpoint("test.env_nonsense").ok());
}

TEST(FailpointDeathTest, KillEndsTheProcess) {
  EXPECT_EXIT(Failpoint("test.env_kill").IgnoreError(), testing::KilledBySignal(SIGKILL), "");
}

TEST(FailpointDeathTest, KillMayWaitForTheNthTime) {
  EXPECT_TRUE(Failpoint("test.env_kill_third").ok());
  EXPECT_TRUE(Failpoint("test.env_kill_third").ok());
  EXPECT_EXIT(Failpoint("test.env_kill_third").IgnoreError(), testing::KilledBySignal(SIGKILL), "");
}

#else

TEST(FailpointTest, IsNothingWhereNotCompiledIn) { EXPECT_TRUE(Failpoint("test.point").ok()); }

#endif

}  // namespace
}  // namespace profilesync
