#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// Undoes what an operation wrote, on both sides, by another operation under the same checks.
absl::StatusOr<v1::SyncOperation> RevertSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::RevertSyncOperationRequest& request);

}  // namespace profilesync::sync
