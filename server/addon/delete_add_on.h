#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.DeleteAddOn.
absl::StatusOr<google::protobuf::Empty> DeleteAddOn(const Environment& environment,
                                                    const access::Call& call,
                                                    const v1::DeleteAddOnRequest& request,
                                                    store::Transaction& transaction);

}  // namespace profilesync::addon
