#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// Writes a practice client back as it was before an operation, by another operation. The profile is
// left alone. Goes out though the add-on's writes are suspended: it is what mends the harm.
absl::StatusOr<v1::SyncOperation> RestoreSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::RestoreSyncOperationRequest& request);

}  // namespace profilesync::sync
