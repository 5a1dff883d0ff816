#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.CreateAddOn.
absl::StatusOr<v1::AddOn> CreateAddOn(const Environment& environment, const access::Call& call,
                                      const v1::CreateAddOnRequest& request,
                                      store::Transaction& transaction);

}  // namespace profilesync::addon
