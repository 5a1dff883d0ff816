#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/store/store.h"

// The operation that another one undoes.
namespace profilesync::sync {

// FAILED_PRECONDITION (OPERATION_UNFINISHED) while it isn't known what it did.
absl::Status CheckFinished(const v1::SyncOperation& operation);

// The link of an operation and all that belongs to it, for writing to the same practice client
// again: FAILED_PRECONDITION (LINK_REQUIRED) where the profile is no longer linked with it, or what
// FindActiveAddOn and RequireConnector say.
absl::StatusOr<model::LinkState> LoadItsLink(const Environment& environment,
                                             const store::Reader& reader,
                                             const v1::SyncOperation& operation);

}  // namespace profilesync::sync
