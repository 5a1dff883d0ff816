#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.RefreshFirm.
absl::StatusOr<google::longrunning::Operation> RefreshFirm(const Environment& environment,
                                                           const access::Call& call,
                                                           const v1::RefreshFirmRequest& request);

}  // namespace profilesync::sync
