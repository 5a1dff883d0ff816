#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// One thing that happened to a field; see the proto.
absl::StatusOr<v1::FieldHistoryEntry> GetFieldHistoryEntry(
    const Environment& environment, const access::Call& call,
    const v1::GetFieldHistoryEntryRequest& request, const store::Reader& reader);

}  // namespace profilesync::sync
