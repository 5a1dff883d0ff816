#pragma once

#include "absl/status/statusor.h"
#include "common/error.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.AuthoriseAddOn.
absl::StatusOr<v1::AddOn> AuthoriseAddOn(const Environment& environment, const access::Call& call,
                                         const v1::AuthoriseAddOnRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckAuthoriseAddOn(const v1::AuthoriseAddOnRequest& request, Violations* violations);

}  // namespace profilesync::addon
