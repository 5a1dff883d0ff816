#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.ListProfileChanges.
absl::StatusOr<v1::ListProfileChangesResponse> ListProfileChanges(
    const Environment& environment, const access::Call& call,
    const v1::ListProfileChangesRequest& request, const store::Reader& reader);

}  // namespace profilesync::profile
