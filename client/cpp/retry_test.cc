#include "client/cpp/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "common/error.h"

namespace profilesync::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::Status Unavailable() { return absl::UnavailableError("away"); }

absl::Status PracticeSystemAway() {
  return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE, "away");
}

absl::Status StillRunning() {
  return WithRetryAfter(MakeError(absl::StatusCode::kAborted, v1::STILL_RUNNING, "running"),
                        absl::Seconds(1));
}

// Time that passes only by sleeping, and chance that always gives the longest wait.
class RetryTest : public testing::Test {
 protected:
  // Answers each attempt with the next of `answers`.
  absl::Status Run(std::vector<absl::Status> answers, absl::Duration deadline = absl::Hours(1),
                   RetryPolicy policy = {}) {
    const Timing timing = {[this] { return now_; },
                           [this](absl::Duration time) {
                             now_ += time;
                             waits_.push_back(time);
                           },
                           [] { return 1.0; }};
    return Retry(policy, now_ + deadline, timing, [&] { return answers.at(attempts_++); });
  }

  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
  std::vector<absl::Duration> waits_;
  std::size_t attempts_ = 0;
};

TEST_F(RetryTest, AnswersWhatTheAttemptDid) {
  EXPECT_TRUE(Run({absl::OkStatus()}).ok());
  EXPECT_EQ(attempts_, 1u);
}

TEST_F(RetryTest, RepeatsUnavailableWithGrowingWaits) {
  EXPECT_TRUE(Run({Unavailable(), Unavailable(), Unavailable(), absl::OkStatus()}).ok());
  EXPECT_THAT(waits_, ElementsAre(absl::Milliseconds(100), absl::Milliseconds(200),
                                  absl::Milliseconds(400)));
}

TEST_F(RetryTest, GivesUpAfterTheLastAttempt) {
  EXPECT_TRUE(absl::IsUnavailable(Run(std::vector<absl::Status>(9, Unavailable()))));
  EXPECT_EQ(attempts_, 5u);
}

TEST_F(RetryTest, RepeatsNothingElse) {
  for (const absl::Status& error :
       {absl::ResourceExhaustedError(""), absl::AbortedError(""), absl::DeadlineExceededError(""),
        absl::InternalError(""), StillRunning(), PracticeSystemAway()}) {
    attempts_ = 0;
    EXPECT_EQ(Run({error, absl::OkStatus()}), error);
    EXPECT_EQ(attempts_, 1u) << error;
  }
}

TEST_F(RetryTest, WaitsForItsOwnEarlierAttempt) {
  EXPECT_TRUE(Run({Unavailable(), StillRunning(), absl::OkStatus()}).ok());
  EXPECT_THAT(waits_, ElementsAre(absl::Milliseconds(100), absl::Seconds(1)));
}

TEST_F(RetryTest, WaitsAsLongAsTheServerAsks) {
  EXPECT_TRUE(Run({WithRetryAfter(Unavailable(), absl::Seconds(7)), absl::OkStatus()}).ok());
  EXPECT_THAT(waits_, ElementsAre(absl::Seconds(7)));
}

TEST_F(RetryTest, AsksAnAbsentPracticeSystemAgainOnlyWhenTold) {
  EXPECT_TRUE(Run({WithRetryAfter(PracticeSystemAway(), absl::Seconds(3)), absl::OkStatus()}).ok());
  EXPECT_THAT(waits_, ElementsAre(absl::Seconds(3)));
}

TEST_F(RetryTest, StartsNoAttemptAfterTheDeadline) {
  EXPECT_TRUE(absl::IsUnavailable(
      Run({WithRetryAfter(Unavailable(), absl::Seconds(7))}, absl::Seconds(7))));
  EXPECT_THAT(waits_, IsEmpty());
}

TEST(Backoff, IsCappedAndSpreadOverItsUpperHalf) {
  const RetryPolicy policy;
  EXPECT_EQ(Backoff(policy, 1, 0), absl::Milliseconds(50));
  EXPECT_EQ(Backoff(policy, 2, 0.5), absl::Milliseconds(150));
  EXPECT_EQ(Backoff(policy, 7, 1), absl::Seconds(5));
  EXPECT_EQ(Backoff(policy, 5000, 1), absl::Seconds(5));
}

}  // namespace
}  // namespace profilesync::client
