#pragma once

#include "absl/status/statusor.h"
#include "common/error.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.SyncProfile.
absl::StatusOr<v1::SyncOperation> SyncProfile(const Environment& environment,
                                              const access::Call& call,
                                              const v1::SyncProfileRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckSyncProfile(const v1::SyncProfileRequest& request, Violations* violations);

}  // namespace profilesync::sync
