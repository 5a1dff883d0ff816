#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/link_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::link {

// LinkService.ListLinks.
absl::StatusOr<v1::ListLinksResponse> ListLinks(const Environment& environment,
                                                const access::Call& call,
                                                const v1::ListLinksRequest& request,
                                                const store::Reader& reader);

}  // namespace profilesync::link
