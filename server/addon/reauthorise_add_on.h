#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.ReauthoriseAddOn, for practice systems reached by a configured token.
absl::StatusOr<v1::AddOn> ReauthoriseAddOn(const Environment& environment, const access::Call& call,
                                           const v1::ReauthoriseAddOnRequest& request,
                                           store::Transaction& transaction);

}  // namespace profilesync::addon
