#include "server/budget/ledger.h"

#include <gtest/gtest.h>

#include "common/error.h"

namespace profilesync::budget {
namespace {

constexpr connector::CallLimits kLimits{.in_flight = 5, .per_minute = 60, .per_day = 5000};

// One tenant's ledger, and time that the test moves.
class LedgerTest : public ::testing::Test {
 protected:
  Ledger At() { return Ledger(&stored_, limits_, now_); }

  // Reserves, begins and ends calls, each within `duration`.
  void Make(int calls, absl::Duration duration = absl::ZeroDuration(),
            const connector::BudgetReport& report = {}) {
    for (int i = 0; i < calls; ++i) {
      const std::int64_t id = Begin();
      now_ += duration;
      At().End(id, report);
    }
  }
  std::int64_t Begin(Priority priority = Priority::kPerson) {
    std::vector<std::int64_t> ids;
    EXPECT_TRUE(At().Reserve(1, priority, now_ + absl::Minutes(1), &ids).ok());
    const auto started = At().Start(ids.front(), now_ + absl::Minutes(1));
    EXPECT_TRUE(started.ok() && *started) << started.status();
    return ids.front();
  }
  // How long until one more call is allowed; zero where it is now.
  absl::Duration Wait(Priority priority = Priority::kPerson, int calls = 1) {
    storage::v1::CallLedger copy = stored_;
    std::vector<std::int64_t> ids;
    const absl::Status status =
        Ledger(&copy, limits_, now_).Reserve(calls, priority, now_ + absl::Minutes(1), &ids);
    if (status.ok()) {
      return absl::ZeroDuration();
    }
    EXPECT_EQ(ReasonOf(status), v1::PRACTICE_BUDGET_EXHAUSTED) << status;
    return RetryAfterOf(status).value_or(absl::InfiniteDuration());
  }

  storage::v1::CallLedger stored_;
  connector::CallLimits limits_ = kLimits;
  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
};

TEST_F(LedgerTest, AMinuteHasSoManyCalls) {
  EXPECT_EQ(At().minute_remaining(), 60);
  Make(60);
  EXPECT_EQ(At().minute_remaining(), 0);
  EXPECT_EQ(Wait(), absl::Minutes(1));
  now_ += absl::Seconds(59);
  EXPECT_EQ(Wait(), absl::Seconds(1));
  now_ += absl::Seconds(1);
  EXPECT_EQ(Wait(), absl::ZeroDuration());
  EXPECT_EQ(At().minute_remaining(), 60);
}

TEST_F(LedgerTest, TheMinuteSlides) {
  for (int i = 0; i < 6; ++i) {
    Make(10);
    now_ += absl::Seconds(10);
  }
  EXPECT_EQ(Wait(), absl::ZeroDuration());  // the first ten are a minute old
  Make(10);
  EXPECT_EQ(Wait(), absl::Seconds(10));
  EXPECT_EQ(Wait(Priority::kPerson, 11), absl::Seconds(20));
}

TEST_F(LedgerTest, ACallCountsUntilAMinuteAfterItsEnd) {
  limits_.per_minute = 1;
  Make(1, absl::Seconds(30));
  now_ += absl::Seconds(59);
  EXPECT_EQ(Wait(), absl::Seconds(1));
}

TEST_F(LedgerTest, SoManyCallsAreUnderWayAtOnce) {
  std::vector<std::int64_t> running;
  for (int i = 0; i < 5; ++i) {
    running.push_back(Begin());
  }
  std::vector<std::int64_t> ids;
  ASSERT_TRUE(At().Reserve(1, Priority::kPerson, now_ + absl::Minutes(1), &ids).ok());
  EXPECT_EQ(*At().Start(ids[0], now_ + absl::Minutes(1)), false);
  At().End(running[2], {});
  EXPECT_EQ(*At().Start(ids[0], now_ + absl::Minutes(1)), true);
}

TEST_F(LedgerTest, BackgroundWorkLeavesPeopleTheirShare) {
  Make(40);
  EXPECT_EQ(Wait(Priority::kBackground), absl::Minutes(1));
  EXPECT_EQ(Wait(), absl::ZeroDuration());
  now_ += absl::Minutes(2);
  Begin(Priority::kBackground);
  Begin(Priority::kBackground);
  Begin(Priority::kBackground);
  std::vector<std::int64_t> ids;
  ASSERT_TRUE(At().Reserve(1, Priority::kBackground, now_ + absl::Minutes(1), &ids).ok());
  EXPECT_EQ(*At().Start(ids[0], now_ + absl::Minutes(1)), false);
  Begin();
  Begin();
}

TEST_F(LedgerTest, ADayHasSoManyCalls) {
  limits_ = {.in_flight = 5, .per_minute = 0, .per_day = 100};
  Make(50);
  now_ += absl::Hours(12);
  Make(30);
  EXPECT_EQ(At().day_remaining(), 20);
  EXPECT_GT(Wait(Priority::kBackground), absl::ZeroDuration());
  EXPECT_EQ(Wait(), absl::ZeroDuration());
  Make(20);
  const absl::Duration wait = Wait();
  EXPECT_GE(wait, absl::Hours(12));
  EXPECT_LE(wait, absl::Hours(12) + absl::Minutes(15));
  now_ += wait;
  EXPECT_EQ(Wait(Priority::kPerson, 50), absl::ZeroDuration());
  EXPECT_GT(Wait(Priority::kPerson, 51), absl::ZeroDuration());
}

TEST_F(LedgerTest, WhatThePracticeSystemSaysLowersWhatIsLeft) {
  Make(1, {}, {.minute_remaining = 10, .day_remaining = 300});
  EXPECT_EQ(At().minute_remaining(), 10);
  EXPECT_EQ(At().day_remaining(), 300);
  Make(1);
  EXPECT_EQ(At().minute_remaining(), 9);
  EXPECT_EQ(At().day_remaining(), 299);
  // More than this server would count is no reason to make more.
  Make(1, {}, {.minute_remaining = 60, .day_remaining = 6000});
  EXPECT_EQ(At().minute_remaining(), 57);
  EXPECT_EQ(At().day_remaining(), 4997);
}

TEST_F(LedgerTest, WhatThePracticeSystemSaidIsForgottenInTime) {
  Make(1, {}, {.minute_remaining = 0, .day_remaining = 0});
  EXPECT_EQ(Wait(), absl::Minutes(1));
  now_ += absl::Minutes(1);
  EXPECT_EQ(Wait(), absl::Minutes(59));
  now_ += absl::Minutes(59);
  EXPECT_EQ(Wait(), absl::ZeroDuration());
}

TEST_F(LedgerTest, ARefusalClosesTheTenant) {
  const std::int64_t second = Begin();
  Make(1, {}, {.closed_for = absl::Seconds(22)});
  EXPECT_EQ(Wait(), absl::Seconds(22));
  EXPECT_EQ(At().closed_until(), now_ + absl::Seconds(22));
  // A later, shorter one doesn't open it.
  At().End(second, {.closed_for = absl::Seconds(2)});
  EXPECT_EQ(Wait(), absl::Seconds(22));
  now_ += absl::Seconds(22);
  EXPECT_EQ(Wait(), absl::ZeroDuration());
  EXPECT_EQ(At().closed_until(), std::nullopt);
}

TEST_F(LedgerTest, WhatIsReservedBeginsNotWhileItIsClosed) {
  std::vector<std::int64_t> ids;
  ASSERT_TRUE(At().Reserve(1, Priority::kPerson, now_ + absl::Minutes(1), &ids).ok());
  Make(1, {}, {.closed_for = absl::Seconds(22)});
  const auto started = At().Start(ids[0], now_ + absl::Minutes(1));
  EXPECT_EQ(RetryAfterOf(started.status()), absl::Seconds(22)) << started.status();
}

TEST_F(LedgerTest, ReservationsCountAndCanBeGivenBack) {
  std::vector<std::int64_t> ids;
  ASSERT_TRUE(At().Reserve(3, Priority::kPerson, now_ + absl::Minutes(3), &ids).ok());
  EXPECT_EQ(At().minute_remaining(), 57);
  EXPECT_EQ(At().day_remaining(), 4997);
  At().Cancel(ids[0]);
  EXPECT_EQ(At().minute_remaining(), 58);
  now_ += absl::Minutes(3);
  EXPECT_EQ(At().minute_remaining(), 60);
  EXPECT_TRUE(absl::IsNotFound(At().Start(ids[1], now_ + absl::Minutes(1)).status()));
}

TEST_F(LedgerTest, WhoeverDiesUnderWayIsTakenToHaveEndedLast) {
  limits_ = {.in_flight = 1, .per_minute = 1, .per_day = 0};
  Begin();  // for a minute at most
  now_ += absl::Minutes(1);
  EXPECT_EQ(Wait(), absl::Minutes(1));
  now_ += absl::Minutes(1);
  Begin();
}

TEST_F(LedgerTest, AClockThatWasSetBackClosesNothingForLongerThanTheCallsWould) {
  Make(58);
  Begin();
  now_ -= absl::Hours(5);
  EXPECT_EQ(At().minute_remaining(), 1);
  now_ += absl::Minutes(1);
  EXPECT_EQ(At().minute_remaining(), 59) << "the one that nobody has ended counts still";
  now_ += absl::Minutes(21);
  EXPECT_EQ(At().minute_remaining(), 60);
}

TEST_F(LedgerTest, WithoutLimitsNothingIsKept) {
  limits_ = {};
  for (int i = 0; i < 100; ++i) {
    Make(1);
  }
  EXPECT_EQ(At().minute_remaining(), std::nullopt);
  EXPECT_EQ(At().day_remaining(), std::nullopt);
  EXPECT_EQ(stored_.calls_size(), 0);
  EXPECT_EQ(stored_.quarters_size(), 0);
}

TEST_F(LedgerTest, MoreThanThereCanEverBeIsRefused) {
  EXPECT_EQ(Wait(Priority::kPerson, 61), absl::Minutes(1));
}

}  // namespace
}  // namespace profilesync::budget
