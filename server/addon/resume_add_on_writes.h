#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.ResumeAddOnWrites.
absl::StatusOr<v1::AddOn> ResumeAddOnWrites(const Environment& environment,
                                            const access::Call& call,
                                            const v1::ResumeAddOnWritesRequest& request,
                                            store::Transaction& transaction);

}  // namespace profilesync::addon
