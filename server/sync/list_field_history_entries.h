#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// A link's history, that of one which is deleted by now included; see the proto.
absl::StatusOr<v1::ListFieldHistoryEntriesResponse> ListFieldHistoryEntries(
    const Environment& environment, const access::Call& call,
    const v1::ListFieldHistoryEntriesRequest& request, const store::Reader& reader);

}  // namespace profilesync::sync
