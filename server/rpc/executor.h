#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "common/mutex.h"

namespace profilesync::rpc {

// A fixed number of threads with a bounded queue, for work that may wait. Thread-safe. An unbounded
// queue would, under overload, do all its work too late to be of use to anyone.
class Executor {
 public:
  struct Options {
    int threads = 64;
    std::size_t queue = 192;  // how many may wait besides those that run
    // Whether Stop drops what waits instead of running it.
    bool drop_waiting = false;
    std::function<void()> enter_thread;  // run first on each thread, where set
  };

  explicit Executor(const Options& options);
  // As Stop.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues `task`, or returns false at once when the queue is full or Stop was called. A task that
  // was taken is run exactly once, unless it is dropped; it must not throw.
  bool TryRun(std::function<void()> task);

  // Takes no more tasks, runs or drops those that wait, and ends the threads once what they run has
  // ended.
  void Stop();

 private:
  void Work();

  const Options options_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  std::size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace profilesync::rpc
