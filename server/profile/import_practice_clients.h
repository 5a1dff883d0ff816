#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.ImportPracticeClients, by id.
absl::StatusOr<google::longrunning::Operation> ImportPracticeClients(
    const Environment& environment, const access::Call& call,
    const v1::ImportPracticeClientsRequest& request);

}  // namespace profilesync::profile
