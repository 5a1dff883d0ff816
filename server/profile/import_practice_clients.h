#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/error.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.ImportPracticeClients. A few clients named by id are imported at once; else the
// operation waits for its turn.
absl::StatusOr<google::longrunning::Operation> ImportPracticeClients(
    const Environment& environment, const access::Call& call,
    const v1::ImportPracticeClientsRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckImportPracticeClients(const v1::ImportPracticeClientsRequest& request,
                                Violations* violations);

// Goes on with an import that nobody is at work on, from where it was left; blocks. `environment`
// as it was given to ImportPracticeClients.
void GoOnImporting(const Environment& environment, const std::string& operation);

}  // namespace profilesync::profile
