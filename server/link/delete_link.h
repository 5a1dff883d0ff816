#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::link {

// LinkService.DeleteLink.
absl::StatusOr<google::protobuf::Empty> DeleteLink(const Environment& environment,
                                                   const access::Call& call,
                                                   const v1::DeleteLinkRequest& request,
                                                   store::Transaction& transaction);

}  // namespace profilesync::link
