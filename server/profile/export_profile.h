#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ExportProfile. Talks to the practice system.
absl::StatusOr<v1::ExportProfileResponse> ExportProfile(const Environment& environment,
                                                        const access::Call& call,
                                                        const v1::ExportProfileRequest& request);

}  // namespace profilesync::profile
