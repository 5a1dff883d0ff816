#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.ListDifferingLinks.
absl::StatusOr<v1::ListDifferingLinksResponse> ListDifferingLinks(
    const Environment& environment, const access::Call& call,
    const v1::ListDifferingLinksRequest& request, const store::Reader& reader);

}  // namespace profilesync::sync
