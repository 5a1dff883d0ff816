#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// SyncService.GetDiff. The answer is the Diff serialised: it is stored as it is served, and the
// most asked for of all, so that nobody parses it on the way.
absl::StatusOr<std::string> GetDiff(const Environment& environment, const access::Call& call,
                                    const v1::GetDiffRequest& request, const store::Reader& reader);

}  // namespace profilesync::sync
