#include "server/rpc/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

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

}  // namespace
}  // namespace profilesync::rpc
