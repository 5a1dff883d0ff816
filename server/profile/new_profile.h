#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "common/error.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// The profile that `request` asks for, named and checked; what is wrong is added to `violations`
// under `prefix` ("" or "requests[3].").
v1::Profile NewProfile(const Environment& environment, const v1::Firm& firm,
                       const v1::CreateProfileRequest& request, std::string_view prefix,
                       Violations* violations);

// Stores a new profile that the platform sent, and answers with it as callers see it.
// ALREADY_EXISTS (RESOURCE_EXISTS).
absl::StatusOr<v1::Profile> StoreNewProfile(const Environment& environment,
                                            const access::Call& call, const v1::Firm& firm,
                                            const v1::Profile& profile,
                                            store::Transaction& transaction);

}  // namespace profilesync::profile
