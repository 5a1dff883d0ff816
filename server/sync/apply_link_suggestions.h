#pragma once

#include "absl/status/statusor.h"
#include "common/error.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// Syncs every field of a link that its diff has a suggestion for, as suggested; see the proto.
absl::StatusOr<v1::SyncOperation> ApplyLinkSuggestions(
    const Environment& environment, const access::Call& call,
    const v1::ApplyLinkSuggestionsRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckApplyLinkSuggestions(const v1::ApplyLinkSuggestionsRequest& request,
                               Violations* violations);

}  // namespace profilesync::sync
