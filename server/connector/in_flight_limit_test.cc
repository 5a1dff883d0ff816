#include "server/connector/in_flight_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "common/error.h"
#include "common/status.h"
#include "server/connector/stop.h"

namespace profilesync::connector {
namespace {

void AwaitWaiting(const InFlightLimit& limit, int count) {
  while (limit.waiting() < count) {
    std::this_thread::yield();
  }
}

TEST(InFlightLimitTest, NeverAdmitsMoreThanItsLimit) {
  const SystemClock clock;
  InFlightLimit limit(5, 64, &clock);
  std::atomic<int> under_way = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const auto permit = limit.Acquire("t", absl::InfiniteFuture());
        ASSERT_TRUE(permit.ok());
        const int now = ++under_way;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --under_way;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_LE(most, 5);
  EXPECT_EQ(limit.in_flight(), 0);
}

TEST(InFlightLimitTest, RefusesAtOnceWhereTooManyWait) {
  const SystemClock clock;
  InFlightLimit limit(1, 1, &clock);
  std::optional<InFlightLimit::Permit> first(*limit.Acquire("t", absl::InfiniteFuture()));
  std::thread waiter([&] { EXPECT_TRUE(limit.Acquire("t", absl::InfiniteFuture()).ok()); });
  AwaitWaiting(limit, 1);
  const auto refused = limit.Acquire("t", absl::InfiniteFuture());
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), v1::PRACTICE_BUDGET_EXHAUSTED);
  EXPECT_TRUE(RetryAfterOf(refused.status()).has_value());
  first.reset();
  waiter.join();
}

TEST(InFlightLimitTest, GivesUpAtTheDeadlineAndLeavesTheQueue) {
  const SystemClock clock;
  InFlightLimit limit(1, 8, &clock);
  std::optional<InFlightLimit::Permit> first(*limit.Acquire("t", absl::InfiniteFuture()));
  const auto late = limit.Acquire("t", absl::Now() + absl::Milliseconds(20));
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(limit.waiting(), 0);
  first.reset();
  EXPECT_TRUE(limit.Acquire("t", absl::InfinitePast()).ok());
}

TEST(InFlightLimitTest, AStopEndsEveryWaitAndRefusesWhatComesLater) {
  const SystemClock clock;
  InFlightLimit limit(1, 8, &clock);
  std::optional<InFlightLimit::Permit> first(*limit.Acquire("t", absl::InfiniteFuture()));
  std::stop_source source;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      StopOfThread() = source.get_token();
      for (int n = 0; n < 2; ++n) {  // the second finds the stop already there
        const auto stopped = limit.Acquire("t", absl::InfiniteFuture());
        EXPECT_EQ(stopped.status().code(), absl::StatusCode::kUnavailable);
        EXPECT_EQ(ReasonOf(stopped.status()), v1::SHUTTING_DOWN);
      }
    });
  }
  AwaitWaiting(limit, 4);
  source.request_stop();
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(limit.waiting(), 0);
  EXPECT_EQ(limit.in_flight(), 1);
  first.reset();
  EXPECT_TRUE(limit.Acquire("t", absl::InfiniteFuture()).ok());  // of a thread that isn't stopped
}

TEST(InFlightLimitTest, TenantsDontWaitForEachOther) {
  const SystemClock clock;
  InFlightLimit limit(1, 0, &clock);
  const auto first = limit.Acquire("a", absl::InfiniteFuture());
  const auto second = limit.Acquire("b", absl::InfiniteFuture());
  EXPECT_TRUE(first.ok());
  EXPECT_TRUE(second.ok());
  EXPECT_FALSE(limit.Acquire("a", absl::InfiniteFuture()).ok());
}

TEST(InFlightLimitTest, AdmitsInTheOrderOfArrival) {
  const SystemClock clock;
  InFlightLimit limit(1, 8, &clock);
  std::optional<InFlightLimit::Permit> first(*limit.Acquire("t", absl::InfiniteFuture()));
  Mutex mutex;
  std::vector<int> order;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const auto permit = limit.Acquire("t", absl::InfiniteFuture());
      MutexLock lock(&mutex);
      order.push_back(i);
    });
    AwaitWaiting(limit, i + 1);
  }
  first.reset();
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_THAT(order, ::testing::ElementsAre(0, 1, 2, 3));
}

}  // namespace
}  // namespace profilesync::connector
