#include "server/rpc/executor.h"

#include <utility>

namespace profilesync::rpc {

Executor::Executor(const Options& options) : options_(options) {
  for (int i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

Executor::~Executor() { Stop(); }

void Executor::Stop() {
  std::deque<std::function<void()>> dropped;
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
    if (options_.drop_waiting) {
      dropped.swap(waiting_);
    }
  }
  dropped.clear();  // without the lock: what they hold may call back as it goes
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

bool Executor::TryRun(std::function<void()> task) {
  {
    MutexLock lock(&mutex_);
    // A task that an idle thread is about to take doesn't count as waiting.
    if (stopping_ || waiting_.size() >= options_.queue + idle_) {
      return false;
    }
    waiting_.push_back(std::move(task));
  }
  wake_.NotifyOne();
  return true;
}

void Executor::Work() {
  if (options_.enter_thread) {
    options_.enter_thread();
  }
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(&mutex_);
      ++idle_;
      while (waiting_.empty() && !stopping_) {
        wake_.Wait(&mutex_);
      }
      --idle_;
      if (waiting_.empty()) {
        return;
      }
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace profilesync::rpc
