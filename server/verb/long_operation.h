#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/longrunning/operations.pb.h"
#include "google/rpc/status.pb.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::verb {

// The error as an operation carries it, with its reason and, where waiting helps, its RetryInfo.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// A long-running operation is at work while somebody holds its lease. Every run of its work is a
// holder of its own, so that whoever has lost the lease can't have it back by mistake. One that
// isn't at work waits for its turn, or was left: whoever takes its lease goes on with it.
// See store/leases.h.

// Whether somebody is at work on the operation.
absl::StatusOr<bool> IsAtWork(const Environment& environment, std::string_view name,
                              const store::Reader& reader);

// Takes the operation's lease. ABORTED when another holds it, or the operation is done; NOT_FOUND.
// Counts the run that was cut off, where one had it before.
absl::Status TakeLongOperation(const Environment& environment, std::string_view name,
                               std::string_view holder, store::Transaction& transaction);
// Renews it. ABORTED when it has been lost.
absl::Status RenewLongOperation(const Environment& environment, std::string_view name,
                                std::string_view holder, store::Transaction& transaction);
// Gives it up, if it is still held.
absl::Status LeaveLongOperation(std::string_view name, std::string_view holder,
                                store::Transaction& transaction);

// Stores an operation that nobody is at work on yet, or anew as it is now, by the lease's holder:
// ABORTED when that has been lost. One that is done loses its steps and its lease.
absl::Status StoreBegun(const Environment& environment,
                        const google::longrunning::Operation& operation,
                        store::Transaction& transaction);
absl::Status StoreHeld(const Environment& environment,
                       const google::longrunning::Operation& operation, std::string_view holder,
                       store::Transaction& transaction);

// The stored operation. NOT_FOUND.
absl::StatusOr<google::longrunning::Operation> FindOperation(const store::Reader& reader,
                                                             std::string_view name);

// What an operation ends with that a stopping server cuts off: UNAVAILABLE (SHUTTING_DOWN).
absl::Status CutOffByShutdown();
// What an operation ends with that somebody has cancelled: CANCELLED (OPERATION_CANCELLED).
absl::Status CancelledByRequest();

}  // namespace profilesync::verb
