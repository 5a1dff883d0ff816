#include <atomic>
#include <thread>

#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {

TEST_P(ConnectorContract, NeverHasMoreCallsUnderWayThanAllowed) {
  const std::string id = side_->Add(Individual());
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 3; ++n) {
        good += connector().Get(tenant_, id, options_).ok() ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 64 * 3);
  EXPECT_LE(side_->most_in_flight(), 5);
}

TEST_P(ConnectorContract, RefusesAtOnceWhereTooManyWait) {
  constexpr int kThreads = 5 + 64 + 10;
  const std::string id = side_->Add(Individual());
  side_->HangNext(5);
  std::atomic<int> refused = 0;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const auto fetched = connector().Get(tenant_, id, options_);
      good += fetched.ok() ? 1 : 0;
      if (!fetched.ok()) {
        EXPECT_THAT(fetched.status(),
                    IsError(absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED));
        EXPECT_TRUE(RetryAfterOf(fetched.status()).has_value());
        ++refused;
      }
    });
  }
  while (refused < 10 || side_->hanging() < 5) {
    std::this_thread::yield();
  }
  side_->Release();
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(good, kThreads - 10);
}

}  // namespace profilesync::connector
