#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.CreateProfile.
absl::StatusOr<v1::Profile> CreateProfile(const Environment& environment, const access::Call& call,
                                          const v1::CreateProfileRequest& request,
                                          store::Transaction& transaction);

}  // namespace profilesync::profile
