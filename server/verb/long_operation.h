#pragma once

#include "absl/status/status.h"
#include "google/longrunning/operations.pb.h"
#include "google/rpc/status.pb.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::verb {

// The error as an operation carries it, with its reason and, where waiting helps, its RetryInfo.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// Stores an operation that is at work, with its progress, and renews its lease: whoever stores it
// must do so again before the lease (15 minutes) is over. ABORTED when that has happened, and the
// operation has been ended meanwhile.
absl::Status StoreRunning(const Environment& environment,
                          const google::longrunning::Operation& operation,
                          store::Transaction& transaction);
// Stores an operation that is done and gives its lease up. ABORTED as StoreRunning.
absl::Status StoreDone(const Environment& environment,
                       const google::longrunning::Operation& operation,
                       store::Transaction& transaction);

// What an operation ends with that a stopping server cuts off: UNAVAILABLE (SHUTTING_DOWN).
absl::Status CutOffByShutdown();

// Ends every operation whose lease is over, for the server that ran it has stopped, with
// CutOffByShutdown. What it had done stays. Blocks.
absl::Status EndAbandonedOperations(const Environment& environment);

}  // namespace profilesync::verb
