#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/store/store.h"

namespace profilesync::sync {

// The link that a sync of `request` is about. NOT_FOUND for an unknown profile or add-on;
// FAILED_PRECONDITION (ADD_ON_REQUIRED, LINK_REQUIRED, ADD_ON_NOT_ACTIVE, …) for the prerequisite
// that is missing; INVALID_ARGUMENT when add_on is left out and the profile is linked under
// several.
absl::StatusOr<store::LinkRow> FindSyncTarget(const store::Reader& reader,
                                              const v1::SyncProfileRequest& request);

}  // namespace profilesync::sync
