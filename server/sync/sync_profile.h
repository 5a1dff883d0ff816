#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.SyncProfile.
absl::StatusOr<v1::SyncOperation> SyncProfile(const Environment& environment,
                                              const access::Call& call,
                                              const v1::SyncProfileRequest& request);

}  // namespace profilesync::sync
