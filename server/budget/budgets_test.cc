#include "server/budget/budgets.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <thread>

#include "common/error.h"
#include "common/status.h"
#include "server/connector/stop.h"
#include "tests/support/test_environment.h"

namespace profilesync::budget {
namespace {

constexpr absl::Duration kLongest = absl::Seconds(30);

class BudgetsTest : public ::testing::Test {
 protected:
  std::shared_ptr<connector::CallBudget> Of(Budgets& budgets,
                                            Priority priority = Priority::kPerson) {
    return budgets.Of({.practice_system = "xpm",
                       .tenant_id = "t",
                       .limits = {.in_flight = 5, .per_minute = 60, .per_day = 5000},
                       .priority = priority});
  }
  // A budget of this process.
  std::shared_ptr<connector::CallBudget> Mine(Priority priority = Priority::kPerson) {
    return Of(mine_, priority);
  }
  absl::Time Soon() { return clock_.Now() + absl::Seconds(20); }
  Left WhatIsLeft() {
    Left left;
    const absl::Status read = test_.store().Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(
          left, LeftOf({"xpm", "t", {5, 60, 5000}, Priority::kPerson}, clock_.Now(), reader));
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    return left;
  }
  // Waits until what is written later is written.
  void Settle() {
    EXPECT_TRUE(
        test_.store().WriteAndWait([](store::Transaction&) { return absl::OkStatus(); }).ok());
  }

  testing::TestEnvironment test_;
  const SystemClock clock_;
  Budgets mine_{test_.store(), clock_};
};

TEST_F(BudgetsTest, NeverMoreThanFiveAmongAllProcesses) {
  Budgets theirs(test_.store(), clock_);
  std::atomic<int> under_way = 0, most = 0, good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&, i] {
      const auto permit =
          Of(i % 2 == 0 ? mine_ : theirs)->Begin(clock_.Now() + absl::Minutes(1), kLongest);
      ASSERT_TRUE(permit.ok()) << permit.status();
      const int now = ++under_way;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      --under_way;
      ++good;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 50);
  EXPECT_LE(most, 5);
  Settle();
  EXPECT_EQ(WhatIsLeft().minute, 10);
}

TEST_F(BudgetsTest, WhoeverWouldWaitForNothingIsRefusedAtOnce) {
  std::vector<std::unique_ptr<connector::CallBudget::Permit>> permits;
  for (int i = 0; i < 5; ++i) {
    permits.push_back(*Mine()->Begin(Soon(), kLongest));
  }
  std::atomic<int> good = 0, refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&] {
      const auto permit = Mine()->Begin(clock_.Now() + absl::Minutes(1), kLongest);
      if (permit.ok()) {
        ++good;
        return;
      }
      EXPECT_EQ(ReasonOf(permit.status()), v1::PRACTICE_BUDGET_EXHAUSTED) << permit.status();
      const absl::Duration delay = RetryAfterOf(permit.status()).value_or(absl::ZeroDuration());
      EXPECT_NEAR(absl::ToDoubleSeconds(delay), 60, 10);
      ++refused;
    });
  }
  // While those that may wait still do.
  for (int i = 0; i < 2000 && refused < 45; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(refused, 45);
  EXPECT_EQ(good, 0);
  permits.clear();
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 55);
}

TEST_F(BudgetsTest, ADeadlineEndsTheWaitAndGivesTheCallBack) {
  std::vector<std::unique_ptr<connector::CallBudget::Permit>> permits;
  for (int i = 0; i < 5; ++i) {
    permits.push_back(*Mine()->Begin(Soon(), kLongest));
  }
  const absl::Status status =
      Mine()->Begin(clock_.Now() + absl::Milliseconds(50), kLongest).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  Settle();
  EXPECT_EQ(WhatIsLeft().minute, 55);
}

TEST_F(BudgetsTest, AStopEndsTheWait) {
  std::vector<std::unique_ptr<connector::CallBudget::Permit>> permits;
  for (int i = 0; i < 5; ++i) {
    permits.push_back(*Mine()->Begin(Soon(), kLongest));
  }
  std::stop_source stop;
  std::thread waiting([&] {
    connector::StopOfThread() = stop.get_token();
    const absl::Status status = Mine()->Begin(absl::InfiniteFuture(), kLongest).status();
    EXPECT_EQ(ReasonOf(status), v1::SHUTTING_DOWN) << status;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop.request_stop();
  waiting.join();
}

TEST_F(BudgetsTest, PeopleAreNotHeldUpByBackgroundWork) {
  std::vector<std::unique_ptr<connector::CallBudget::Permit>> permits;
  for (int i = 0; i < 3; ++i) {
    permits.push_back(*Mine(Priority::kBackground)->Begin(Soon(), kLongest));
  }
  std::thread background([&] {
    EXPECT_TRUE(Mine(Priority::kBackground)->Begin(absl::InfiniteFuture(), kLongest).ok());
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  permits.push_back(*Mine()->Begin(Soon(), kLongest));
  permits.push_back(*Mine()->Begin(Soon(), kLongest));
  permits.clear();
  background.join();
}

TEST_F(BudgetsTest, WhatIsSetAsideIsThereWhenTheRestIsUsedUp) {
  const auto set_aside = *Mine()->SetAside(3, Soon());
  EXPECT_EQ(WhatIsLeft().minute, 57);
  for (int i = 0; i < 57; ++i) {
    ASSERT_TRUE(Mine()->Begin(Soon(), kLongest).ok());
  }
  EXPECT_FALSE(Mine()->Begin(Soon(), kLongest).ok());
  for (int i = 0; i < 3; ++i) {
    const auto permit = set_aside->Begin(Soon(), kLongest);
    EXPECT_TRUE(permit.ok()) << permit.status();
  }
  EXPECT_EQ(ReasonOf(set_aside->Begin(Soon(), kLongest).status()), v1::PRACTICE_BUDGET_EXHAUSTED);
}

TEST_F(BudgetsTest, WhatIsSetAsideAndNotUsedIsGivenBack) {
  {
    const auto set_aside = *Mine()->SetAside(3, Soon());
    EXPECT_TRUE(set_aside->Begin(Soon(), kLongest).ok());
  }
  Settle();
  EXPECT_EQ(WhatIsLeft().minute, 59);
}

TEST_F(BudgetsTest, WhatAnAnswerSaysHoldsForAllProcesses) {
  (*Mine()->Begin(Soon(), kLongest))->Report({.closed_for = absl::Hours(3)});
  Settle();
  Budgets theirs(test_.store(), clock_);
  const absl::Status status = Of(theirs)->Begin(Soon(), kLongest).status();
  EXPECT_EQ(ReasonOf(status), v1::PRACTICE_BUDGET_EXHAUSTED) << status;
  EXPECT_NEAR(absl::ToDoubleHours(RetryAfterOf(status).value_or(absl::ZeroDuration())), 3, 0.01);
  EXPECT_NEAR(absl::ToDoubleHours(*WhatIsLeft().closed_until - clock_.Now()), 3, 0.01);
}

}  // namespace
}  // namespace profilesync::budget
