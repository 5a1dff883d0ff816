#include "common/pause.h"

#include <gtest/gtest.h>

namespace profilesync {
namespace {

TEST(PauseTest, IsOverOnceItsTimeHasPassed) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  Pause pause;
  EXPECT_TRUE(pause.IsOver(now)) << "none has begun";
  pause.Begin(now, absl::Seconds(5));
  EXPECT_FALSE(pause.IsOver(now));
  EXPECT_FALSE(pause.IsOver(now + absl::Seconds(4)));
  EXPECT_TRUE(pause.IsOver(now + absl::Seconds(5)));
}

TEST(PauseTest, IsOverOnceTheClockIsSetBack) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  Pause pause;
  pause.Begin(now, absl::InfiniteDuration());
  EXPECT_FALSE(pause.IsOver(now + absl::Hours(1)));
  EXPECT_TRUE(pause.IsOver(now - absl::Hours(1)));
}

TEST(BackoffTest, GrowsUntilSomethingSucceeds) {
  Backoff backoff(absl::Seconds(1), absl::Seconds(5));
  for (const int seconds : {1, 2, 4, 5, 5}) {
    EXPECT_EQ(backoff.AfterFailure(), absl::Seconds(seconds));
  }
  backoff.Succeeded();
  EXPECT_EQ(backoff.AfterFailure(), absl::Seconds(1));
}

}  // namespace
}  // namespace profilesync
