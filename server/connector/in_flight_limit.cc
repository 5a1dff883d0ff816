#include "server/connector/in_flight_limit.h"

#include <algorithm>

#include "common/error.h"
#include "common/status.h"

namespace profilesync::connector {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(2);
// One uninterrupted wait; then the clock is looked at again.
constexpr absl::Duration kLongestNap = absl::Minutes(1);

}  // namespace

InFlightLimit::Permit::~Permit() {
  if (limit_ != nullptr) {
    limit_->Release(tenant_);
  }
}

absl::StatusOr<InFlightLimit::Permit> InFlightLimit::Acquire(const std::string& tenant,
                                                             absl::Time deadline) {
  MutexLock lock(&mutex_);
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
  Waiter waiter;
  state.waiting.push_back(&waiter);
  if (!Wait(state, waiter, deadline)) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                     "the deadline passed before it was the call's turn");
  }
  return Permit(this, tenant);
}

bool InFlightLimit::Wait(Tenant& tenant, Waiter& waiter, absl::Time deadline) {
  while (!waiter.admitted) {
    const absl::Duration left = deadline - clock_->Now();
    if (left <= absl::ZeroDuration()) {
      tenant.waiting.erase(std::find(tenant.waiting.begin(), tenant.waiting.end(), &waiter));
      return false;
    }
    waiter.wake.WaitFor(&mutex_, std::min(left, kLongestNap));
  }
  return true;
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
