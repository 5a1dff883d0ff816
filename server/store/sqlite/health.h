#pragma once

#include "absl/status/status.h"
#include "common/mutex.h"

namespace profilesync::store {

// What the store last found out about itself. Thread-safe.
class HealthState {
 public:
  absl::Status status() const {
    MutexLock lock(&mutex_);
    return status_;
  }

  // After a transaction that was committed, or a probe that succeeded.
  void Recovered() {
    MutexLock lock(&mutex_);
    status_ = absl::OkStatus();
  }

  // After a read or write that the store failed; no other error counts.
  void Failed(const absl::Status& status) {
    if (absl::IsUnavailable(status)) {
      MutexLock lock(&mutex_);
      status_ = status;
    }
  }

 private:
  mutable Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::store
