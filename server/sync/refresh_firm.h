#pragma once

#include <string>

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

// Does the work of a refresh that waits for its turn; ends one whose work was cut off before with
// SHUTTING_DOWN. Blocks. `environment` as it was given to RefreshFirm.
void GoOnRefreshing(const Environment& environment, const std::string& operation);

}  // namespace profilesync::sync
