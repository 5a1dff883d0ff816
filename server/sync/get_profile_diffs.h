#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::sync {

// SyncService.GetProfileDiffs.
absl::StatusOr<v1::ProfileDiffs> GetProfileDiffs(const Environment& environment,
                                                 const access::Call& call,
                                                 const v1::GetProfileDiffsRequest& request,
                                                 const store::Reader& reader);

}  // namespace profilesync::sync
