#pragma once

#include "absl/status/status.h"
#include "server/environment.h"

namespace profilesync::sync {

// Settles the operations that were left running by a server that stopped or lost its lease. What
// was to be pushed becomes UNKNOWN, for whether it was sent can't be told from here; what was to be
// written to the profile alone is NOT_APPLIED, for that half and the outcome are one transaction.
// An export NEEDS_ATTENTION. Only reads and records: nothing is sent to a practice system.
//
// Safe at any time and in several processes at once: an operation whose lease is held is left
// alone.
absl::Status RecoverOperations(const Environment& environment);

}  // namespace profilesync::sync
