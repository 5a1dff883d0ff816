#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/error.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.ApplyFirmSuggestions.
absl::StatusOr<google::longrunning::Operation> ApplyFirmSuggestions(
    const Environment& environment, const access::Call& call,
    const v1::ApplyFirmSuggestionsRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckApplyFirmSuggestions(const v1::ApplyFirmSuggestionsRequest& request,
                               Violations* violations);

// Does the work of one that waits for its turn, or goes on with one that was left. Blocks.
// `environment` as it was given to ApplyFirmSuggestions.
void GoOnApplying(const Environment& environment, const std::string& operation);

}  // namespace profilesync::sync
