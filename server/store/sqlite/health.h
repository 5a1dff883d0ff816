#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/mutex.h"
#include "server/store/sqlite/guard.h"

namespace profilesync::store {

// What the store last found out about itself, and whether its writer gets on. Thread-safe.
class HealthState {
 public:
  // While it lives the writer is at work on one group.
  class Work {
   public:
    explicit Work(HealthState& health) : health_(health) {
      health_.SetWorkingSince(std::chrono::steady_clock::now());
    }
    ~Work() { health_.SetWorkingSince(std::nullopt); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    HealthState& health_;
  };

  // `stall_limit` is how long the writer may be at work on one group: a disk that hangs fails
  // nothing, it just doesn't come back.
  explicit HealthState(absl::Duration stall_limit)
      : stall_limit_(absl::ToChronoNanoseconds(stall_limit)) {}

  // OK, or UNAVAILABLE (STORE_UNAVAILABLE).
  absl::Status status() const {
    MutexLock lock(&mutex_);
    if (!trouble_.empty()) {
      return StoreUnavailable(trouble_);
    }
    const bool stalled =
        working_since_ && std::chrono::steady_clock::now() - *working_since_ > stall_limit_;
    return stalled ? StoreUnavailable("a write has been under way for too long") : absl::OkStatus();
  }

  // After a transaction that was committed, or a probe that succeeded. Neither mends a damaged
  // file: they only went elsewhere in it.
  void Recovered() {
    MutexLock lock(&mutex_);
    if (trouble_ != kDamaged) {
      trouble_.clear();
    }
  }

  // Whether there is trouble that may pass by itself.
  bool may_recover() const {
    MutexLock lock(&mutex_);
    return !trouble_.empty() && trouble_ != kDamaged;
  }

  // After a read or write that the store itself failed.
  void Failed(std::string_view message) {
    MutexLock lock(&mutex_);
    if (trouble_ != kDamaged) {
      trouble_ = message;
    }
  }

 private:
  using Instant = std::chrono::steady_clock::time_point;

  void SetWorkingSince(std::optional<Instant> since) {
    MutexLock lock(&mutex_);
    working_since_ = since;
  }

  const std::chrono::nanoseconds stall_limit_;
  mutable Mutex mutex_;
  std::string trouble_ ABSL_GUARDED_BY(mutex_);
  std::optional<Instant> working_since_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::store
