#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.UpdateProfile.
absl::StatusOr<v1::Profile> UpdateProfile(const Environment& environment, const access::Call& call,
                                          const v1::UpdateProfileRequest& request,
                                          store::Transaction& transaction);

}  // namespace profilesync::profile
