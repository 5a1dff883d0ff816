#include "tests/sandbox/xpm/late_writes.h"

#include <algorithm>
#include <utility>

namespace profilesync::xpm_sandbox {

void LateWrites::Add(std::function<void()> apply, absl::Duration delay) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stopped_) return;
  Write write{.apply = std::move(apply)};
  if (delay > absl::ZeroDuration()) {
    write.due = Clock::now() + absl::ToChronoMilliseconds(delay);
    if (!timer_.joinable()) timer_ = std::thread([this] { RunTimer(); });
  }
  writes_.push_back(std::move(write));
  wake_.notify_all();
}

void LateWrites::ApplyAll() {
  while (ApplyOne(std::nullopt)) {
  }
}

int LateWrites::waiting() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<int>(writes_.size()) + under_way_;
}

void LateWrites::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    writes_.clear();
    wake_.notify_all();
  }
  if (timer_.joinable()) timer_.join();
  std::lock_guard<std::mutex> done(applying_);
}

std::optional<LateWrites::Clock::time_point> LateWrites::NextDue() const {
  std::optional<Clock::time_point> next;
  for (const Write& write : writes_) {
    if (write.due && (!next || *write.due < *next)) next = write.due;
  }
  return next;
}

bool LateWrites::ApplyOne(std::optional<Clock::time_point> by) {
  std::lock_guard<std::mutex> alone(applying_);
  std::function<void()> apply;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    auto it = std::find_if(writes_.begin(), writes_.end(), [&](const Write& write) {
      return !by || (write.due && *write.due <= *by);
    });
    if (it == writes_.end()) return false;
    apply = std::move(it->apply);
    writes_.erase(it);
    ++under_way_;
  }
  apply();
  std::lock_guard<std::mutex> lock(mutex_);
  --under_way_;
  return true;
}

void LateWrites::RunTimer() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stopped_) {
    const std::optional<Clock::time_point> next = NextDue();
    if (!next) {
      wake_.wait(lock);
    } else if (wake_.wait_until(lock, *next) == std::cv_status::timeout) {
      lock.unlock();
      while (ApplyOne(Clock::now())) {
      }
      lock.lock();
    }
  }
}

}  // namespace profilesync::xpm_sandbox
