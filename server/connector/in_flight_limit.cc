#include "server/connector/in_flight_limit.h"

#include <algorithm>
#include <stop_token>

#include "common/error.h"
#include "common/status.h"
#include "server/connector/stop.h"

namespace profilesync::connector {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(2);
// One uninterrupted wait; then the clock is looked at again.
constexpr absl::Duration kLongestNap = absl::Minutes(1);

absl::Status ShuttingDown() {
  return MakeError(absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN,
                   "the server is shutting down");
}

}  // namespace

InFlightLimit::Permit::~Permit() {
  if (limit_ != nullptr) {
    limit_->Release(tenant_);
  }
}

absl::StatusOr<InFlightLimit::Permit> InFlightLimit::Acquire(const std::string& tenant,
                                                             absl::Time deadline) {
  Waiter waiter;
  // Made before the lock is taken and gone after it is given back: it runs at once where the stop
  // came before, and its end waits for it while it runs.
  const std::stop_callback stop(StopOfThread(), [this, &waiter] {
    MutexLock lock(&mutex_);
    waiter.stopped = true;
    waiter.wake.NotifyOne();
  });
  MutexLock lock(&mutex_);
  if (waiter.stopped) {
    return ShuttingDown();
  }
  Tenant& state = tenants_[tenant];
  if (state.in_flight < max_in_flight_) {
    ++state.in_flight;
    return Permit(this, tenant);
  }
  if (state.waiting.size() >= static_cast<std::size_t>(max_waiting_)) {
    return WithRetryAfter(
        MakeError(absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED,
                  "too many calls to the practice system are waiting already"),
        kRetryDelay);
  }
  state.waiting.push_back(&waiter);
  RETURN_IF_ERROR(Wait(state, waiter, deadline));
  return Permit(this, tenant);
}

absl::Status InFlightLimit::Wait(Tenant& tenant, Waiter& waiter, absl::Time deadline) {
  const auto leave = [&](absl::Status why) {
    tenant.waiting.erase(std::find(tenant.waiting.begin(), tenant.waiting.end(), &waiter));
    return why;
  };
  while (!waiter.admitted) {
    const absl::Duration left = deadline - clock_->Now();
    if (waiter.stopped) {
      return leave(ShuttingDown());
    }
    if (left <= absl::ZeroDuration()) {
      return leave(MakeError(absl::StatusCode::kDeadlineExceeded, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                             "the deadline passed before it was the call's turn"));
    }
    waiter.wake.WaitFor(&mutex_, std::min(left, kLongestNap));
  }
  return absl::OkStatus();
}

void InFlightLimit::Release(const std::string& tenant) {
  MutexLock lock(&mutex_);
  const auto it = tenants_.find(tenant);
  Tenant& state = it->second;
  if (!state.waiting.empty()) {
    // The place passes straight to the next in line, so nobody can overtake it.
    Waiter* next = state.waiting.front();
    state.waiting.pop_front();
    next->admitted = true;
    next->wake.NotifyOne();
  } else if (--state.in_flight == 0) {
    tenants_.erase(it);
  }
}

int InFlightLimit::in_flight() const {
  MutexLock lock(&mutex_);
  int sum = 0;
  for (const auto& [name, tenant] : tenants_) {
    sum += tenant.in_flight;
  }
  return sum;
}

int InFlightLimit::waiting() const {
  MutexLock lock(&mutex_);
  int sum = 0;
  for (const auto& [name, tenant] : tenants_) {
    sum += static_cast<int>(tenant.waiting.size());
  }
  return sum;
}

}  // namespace profilesync::connector
