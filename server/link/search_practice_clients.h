#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/link_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::link {

// LinkService.SearchPracticeClients.
absl::StatusOr<v1::SearchPracticeClientsResponse> SearchPracticeClients(
    const Environment& environment, const access::Call& call,
    const v1::SearchPracticeClientsRequest& request);

}  // namespace profilesync::link
