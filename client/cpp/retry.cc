#include "client/cpp/retry.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "absl/time/clock.h"
#include "common/error.h"

namespace profilesync::client {

Timing Timing::System() {
  return {[] { return absl::Now(); }, [](absl::Duration time) { absl::SleepFor(time); },
          [] {
            thread_local std::mt19937_64 engine{std::random_device{}()};
            return std::uniform_real_distribution<double>(0, 1)(engine);
          }};
}

absl::Duration Backoff(const RetryPolicy& policy, int attempt, double random) {
  const absl::Duration whole =
      std::min(policy.initial_backoff * std::exp2(attempt - 1), policy.max_backoff);
  return whole * (0.5 + random / 2);
}

namespace {

// Whether the server itself was away. When it is the practice system, each repetition would spend a
// call of the practice system's budget, so only a server that says when is asked again.
bool MayPass(const absl::Status& status) {
  return absl::IsUnavailable(status) &&
         (ReasonOf(status) != v1::PRACTICE_SYSTEM_UNAVAILABLE || RetryAfterOf(status).has_value());
}

}  // namespace

absl::Status Retry(const RetryPolicy& policy, absl::Time deadline, const Timing& timing,
                   const std::function<absl::Status()>& attempt) {
  bool was_unavailable = false;
  for (int number = 1;; ++number) {
    absl::Status status = attempt();
    was_unavailable = was_unavailable || absl::IsUnavailable(status);
    const bool repeatable =
        MayPass(status) || (was_unavailable && ReasonOf(status) == v1::STILL_RUNNING);
    if (!repeatable || number >= policy.max_attempts) {
      return status;
    }
    const absl::Duration wait = std::max(Backoff(policy, number, timing.random()),
                                         RetryAfterOf(status).value_or(absl::ZeroDuration()));
    if (timing.now() + wait >= deadline) {
      return status;
    }
    timing.sleep(wait);
  }
}

}  // namespace profilesync::client
