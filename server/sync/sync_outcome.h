#pragma once

#include "absl/status/statusor.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"
#include "server/sync/push.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

// Writes the outcome of an operation whose intent is stored: results, profile half, base, snapshot,
// change log, history; all in the given transaction. `push` is nullptr when nothing was to be
// pushed. ABORTED when the operation's lease has passed to somebody else, who then decides it.
absl::StatusOr<v1::SyncOperation> StoreOutcome(const Environment& environment,
                                               const access::Call& call, const SyncPlan& plan,
                                               const PushResult* push, store::SyncOperationRow row,
                                               store::Transaction& transaction);

// Frees the request_id of an operation that failed with nothing written: the same request may be
// made again.
absl::Status FreeRequestId(const v1::SyncOperation& operation, store::Transaction& transaction);

// What an operation's state is once its fields have these results.
v1::SyncOperation::State StateOf(
    const google::protobuf::RepeatedPtrField<v1::FieldResult>& results);

}  // namespace profilesync::sync
