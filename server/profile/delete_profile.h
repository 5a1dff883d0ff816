#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// ProfileService.DeleteProfile.
absl::StatusOr<google::protobuf::Empty> DeleteProfile(const Environment& environment,
                                                      const access::Call& call,
                                                      const v1::DeleteProfileRequest& request,
                                                      store::Transaction& transaction);

}  // namespace profilesync::profile
