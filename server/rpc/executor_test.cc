#include "server/rpc/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <memory>
#include <thread>

namespace profilesync::rpc {
namespace {

TEST(ExecutorTest, RefusesWhatItHasNoPlaceFor) {
  std::latch started(2), go_on(1);
  std::atomic<int> done = 0;
  {
    Executor executor({.threads = 2, .queue = 3});
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(executor.TryRun([&] {
        started.count_down();
        go_on.wait();
        ++done;
      }));
    }
    started.wait();
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(executor.TryRun([&] { ++done; }));
    }
    EXPECT_FALSE(executor.TryRun([&] { done += 100; }));
    EXPECT_EQ(done, 0);
    go_on.count_down();
  }
  EXPECT_EQ(done, 5);  // the destructor ran what was queued
}

TEST(ExecutorTest, RunsEachTaskOnceFromManyThreads) {
  std::atomic<int> taken = 0, run = 0;
  {
    Executor executor({.threads = 4, .queue = 16});
    std::vector<std::thread> callers;
    callers.reserve(4);
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&] {
        for (int j = 0; j < 1000; ++j) {
          taken += executor.TryRun([&] { ++run; }) ? 1 : 0;
        }
      });
    }
    for (std::thread& caller : callers) {
      caller.join();
    }
  }
  EXPECT_GT(taken, 0);
  EXPECT_EQ(run, taken);
}

TEST(ExecutorTest, WithoutAQueueIdleThreadsStillTakeWork) {
  std::atomic<int> run = 0;
  {
    Executor executor({.threads = 1, .queue = 0});
    while (!executor.TryRun([&] { ++run; })) {
      std::this_thread::yield();
    }
  }
  EXPECT_EQ(run, 1);
}

TEST(ExecutorTest, TakesNothingOnceStopped) {
  Executor executor({.threads = 1, .queue = 1});
  bool run = false;
  ASSERT_TRUE(executor.TryRun([&] { run = true; }));
  executor.Stop();
  EXPECT_TRUE(run);
  EXPECT_FALSE(executor.TryRun([&] { run = false; }));
  executor.Stop();
  EXPECT_TRUE(run);
}

TEST(ExecutorTest, DropsWhatWaitsWhereAskedTo) {
  std::latch started(1), go_on(1);
  int run = 0;
  Executor executor({.threads = 1, .queue = 2, .drop_waiting = true});
  ASSERT_TRUE(executor.TryRun([&] {
    started.count_down();
    go_on.wait();
    ++run;
  }));
  started.wait();
  std::latch dropped(1);
  // Counts down when the task that holds it goes.
  auto held = std::shared_ptr<void>(nullptr, [&](void*) { dropped.count_down(); });
  ASSERT_TRUE(executor.TryRun([&run, held = std::move(held)] { run += 100; }));
  std::thread stopping([&] { executor.Stop(); });
  dropped.wait();
  go_on.count_down();
  stopping.join();
  EXPECT_EQ(run, 1);  // what had begun was ended
}

TEST(ExecutorTest, EntersEachThreadBeforeItsFirstTask) {
  std::atomic<int> entered = 0;
  Executor executor({.threads = 3, .queue = 3, .enter_thread = [&] { ++entered; }});
  int seen = 0;
  while (!executor.TryRun([&] { seen = entered; })) {
    std::this_thread::yield();
  }
  executor.Stop();
  EXPECT_GE(seen, 1);
  EXPECT_EQ(entered, 3);
}

}  // namespace
}  // namespace profilesync::rpc
