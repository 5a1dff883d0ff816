#pragma once

#include "absl/status/statusor.h"
#include "common/error.h"
#include "profilesync/v1/link_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::link {

// LinkService.CreateLink.
absl::StatusOr<v1::Link> CreateLink(const Environment& environment, const access::Call& call,
                                    const v1::CreateLinkRequest& request);

// What is wrong with the request whatever the store and the practice system hold.
void CheckCreateLink(const v1::CreateLinkRequest& request, Violations* violations);

}  // namespace profilesync::link
