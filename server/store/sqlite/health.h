#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "common/mutex.h"
#include "server/store/sqlite/guard.h"

namespace profilesync::store {

// What the store last found out about itself. Thread-safe.
class HealthState {
 public:
  // OK, or UNAVAILABLE (STORE_UNAVAILABLE).
  absl::Status status() const {
    MutexLock lock(&mutex_);
    return trouble_.empty() ? absl::OkStatus() : StoreUnavailable(trouble_);
  }

  // After a transaction that was committed, or a probe that succeeded.
  void Recovered() {
    MutexLock lock(&mutex_);
    trouble_.clear();
  }

  // After a read or write that the store itself failed.
  void Failed(std::string_view message) {
    MutexLock lock(&mutex_);
    trouble_ = message;
  }

 private:
  mutable Mutex mutex_;
  std::string trouble_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::store
