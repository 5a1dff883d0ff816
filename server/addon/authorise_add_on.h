#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.AuthoriseAddOn.
absl::StatusOr<v1::AddOn> AuthoriseAddOn(const Environment& environment, const access::Call& call,
                                         const v1::AuthoriseAddOnRequest& request);

}  // namespace profilesync::addon
