#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/cpp/options.h"

namespace profilesync::client {

// Time and chance as Retry needs them; replaced in tests.
struct Timing {
  // The real clock, sleep and randomness.
  static Timing System();

  std::function<absl::Time()> now;
  std::function<void(absl::Duration)> sleep;
  // Evenly spread over [0, 1).
  std::function<double()> random;
};

// The wait after attempt `attempt` (1 for the first): exponential, capped, and spread by `random`
// over its upper half, so that callers who failed together don't come back together.
absl::Duration Backoff(const RetryPolicy& policy, int attempt, double random);

// Calls `attempt` until it answers with something else than UNAVAILABLE, the policy's attempts are
// used up, or the next one couldn't start before `deadline`; answers what the last attempt did.
// Waits at least as long as a RetryInfo asks. UNAVAILABLE, PRACTICE_SYSTEM_UNAVAILABLE is tried
// again only with a RetryInfo: the practice system is away, and its calls are budgeted.
//
// ABORTED, STILL_RUNNING is tried again too, but only after an UNAVAILABLE: then it is the earlier
// attempt, of the same request_id, that still runs.
absl::Status Retry(const RetryPolicy& policy, absl::Time deadline, const Timing& timing,
                   const std::function<absl::Status()>& attempt);

}  // namespace profilesync::client
