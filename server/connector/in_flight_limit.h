#pragma once

#include <deque>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/mutex.h"

namespace profilesync::connector {

// Holds the calls to one tenant of a practice system to so many at a time. Others wait their turn,
// first come first served. Thread-safe; outlives its permits, and `clock` outlives it.
class InFlightLimit {
 public:
  // The right to have one call under way, until it is destroyed.
  class Permit {
   public:
    Permit(Permit&& other) noexcept : limit_(other.limit_), tenant_(std::move(other.tenant_)) {
      other.limit_ = nullptr;
    }
    Permit& operator=(Permit&&) = delete;
    ~Permit();

   private:
    friend class InFlightLimit;
    Permit(InFlightLimit* limit, std::string tenant) : limit_(limit), tenant_(std::move(tenant)) {}

    InFlightLimit* limit_;
    std::string tenant_;
  };

  InFlightLimit(int max_in_flight, int max_waiting, const Clock* clock)
      : max_in_flight_(max_in_flight), max_waiting_(max_waiting), clock_(clock) {}

  // Blocks until it is this call's turn. DEADLINE_EXCEEDED at `deadline`; RESOURCE_EXHAUSTED
  // (PRACTICE_BUDGET_EXHAUSTED, with RetryInfo) at once where too many wait already. UNAVAILABLE
  // (SHUTTING_DOWN) once StopOfThread() was asked to: what waits hasn't been sent, be it a write.
  absl::StatusOr<Permit> Acquire(const std::string& tenant, absl::Time deadline);

  // How many calls are under way or waiting, for all tenants.
  int in_flight() const;
  int waiting() const;

 private:
  struct Waiter {
    CondVar wake;
    bool admitted = false;
    bool stopped = false;
  };
  struct Tenant {
    int in_flight = 0;
    std::deque<Waiter*> waiting;
  };

  // OK once `waiter` is admitted; it has left the queue in any case.
  absl::Status Wait(Tenant& tenant, Waiter& waiter, absl::Time deadline)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(const std::string& tenant);

  const int max_in_flight_;
  const int max_waiting_;
  const Clock* const clock_;
  mutable Mutex mutex_;
  std::map<std::string, Tenant> tenants_ ABSL_GUARDED_BY(mutex_);  // only those with calls
};

}  // namespace profilesync::connector
