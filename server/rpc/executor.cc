#include "server/rpc/executor.h"

#include <utility>

namespace profilesync::rpc {

Executor::Executor(const Options& options) : queue_(options.queue) {
  for (int i = 0; i < options.threads; ++i) {
    threads_.emplace_back([this] { Work(); });
  }
}

Executor::~Executor() { Stop(); }

void Executor::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
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
    if (stopping_ || waiting_.size() >= queue_ + idle_) {
      return false;
    }
    waiting_.push_back(std::move(task));
  }
  wake_.NotifyOne();
  return true;
}

void Executor::Work() {
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
