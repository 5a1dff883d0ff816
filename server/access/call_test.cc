#include "server/access/call.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/error.h"

namespace profilesync::access {
namespace {

TEST(FirmsTest, AreInOrderAndSharedByTheirCopies) {
  const Firms firms = {"b", "a", "b"};
  EXPECT_EQ(std::vector<std::string>(firms.begin(), firms.end()),
            (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(firms.contains("a"));
  EXPECT_FALSE(firms.contains("c"));
  EXPECT_EQ(*firms.upper_bound("a"), "b");
  const Firms copy = firms;
  EXPECT_EQ(&*copy.begin(), &*firms.begin());
  EXPECT_EQ(Firms().begin(), Firms().end());
}

const absl::Time kNow = absl::FromUnixSeconds(1000);

TEST(CheckAliveTest, ACallWithoutDeadlineOrCancellationLivesForEver) {
  EXPECT_TRUE(CheckAlive({}, kNow).ok());
}

TEST(CheckAliveTest, FollowsTheCallersDeadline) {
  const Call call{.deadline = kNow};
  EXPECT_TRUE(CheckAlive(call, kNow - absl::Nanoseconds(1)).ok());
  const absl::Status passed = CheckAlive(call, kNow);
  EXPECT_EQ(passed.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(ReasonOf(passed), v1::DEADLINE_PASSED);
}

TEST(CheckAliveTest, FollowsTheCallersHangingUp) {
  bool hung_up = false;
  const Call call{.cancelled = [&] { return hung_up; }};
  EXPECT_TRUE(CheckAlive(call, kNow).ok());
  hung_up = true;
  EXPECT_EQ(CheckAlive(call, kNow).code(), absl::StatusCode::kCancelled);
}

TEST(CheckAliveTest, ADeadlineThatPassedIsNamedThoughItCancelsTheCallToo) {
  const Call call{.deadline = kNow, .cancelled = [] { return true; }};
  EXPECT_EQ(CheckAlive(call, kNow).code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace profilesync::access
