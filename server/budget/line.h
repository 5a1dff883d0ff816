#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace profilesync::budget {

// Lets those who wait for a place among the calls in flight try for it one at a time, first come
// first served. Thread-safe.
class Line {
 public:
  // Calls `attempt` when it is this caller's turn, and again whenever a place may have come free,
  // until it says true or fails, which is returned. DEADLINE_EXCEEDED (PRACTICE_SYSTEM_UNAVAILABLE)
  // at `deadline`; UNAVAILABLE (SHUTTING_DOWN) once connector::StopOfThread() was asked to.
  absl::Status WaitFor(const std::function<absl::StatusOr<bool>()>& attempt, absl::Time deadline,
                       const Clock& clock);
  // A place has come free.
  void Notify();
  // Whether nobody waits.
  bool Idle() const;

 private:
  struct Waiter {
    std::uint64_t seen_notices = 0;
    bool tried = false;
    std::atomic<bool> stopped = false;
  };

  void Enter(Waiter* waiter);
  void Leave(Waiter* waiter);
  // OK once the waiter is the first, and there is reason to try.
  absl::Status AwaitTurn(Waiter* waiter, absl::Time deadline, const Clock& clock);

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Waiter*> waiting_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t notices_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace profilesync::budget
