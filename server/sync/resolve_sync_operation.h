#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// Records what a person found out about an operation that needs attention, and lets its link be
// written again. The client is read anew soon. FAILED_PRECONDITION (NO_ATTENTION_NEEDED) for any
// other operation; see the proto.
absl::StatusOr<v1::SyncOperation> ResolveSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::ResolveSyncOperationRequest& request, store::Transaction& transaction);

}  // namespace profilesync::sync
