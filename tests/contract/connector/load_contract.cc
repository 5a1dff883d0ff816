#include <atomic>
#include <chrono>
#include <thread>

#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {

TEST_P(ConnectorContract, NeverHasMoreCallsUnderWayThanAllowed) {
  side_->BePatient();
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
  side_->BePatient();  // or those that hang would be given up, and free their place
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
  const absl::Time end = absl::Now() + absl::Seconds(30);
  while ((refused < 10 || side_->hanging() < 5) && absl::Now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(side_->hanging(), 5);
  side_->Release();
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(refused, 10);
  EXPECT_EQ(good, kThreads - 10);
}

}  // namespace profilesync::connector
