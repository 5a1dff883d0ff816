#pragma once

#include "absl/status/status.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/environment.h"

namespace profilesync::sync {

// Suspends the writes of an operation's add-on where its write emptied what nobody had asked to
// empty: the practice system may do so with every write (that of XPM may replace a client instead
// of changing it; reference, section 6). The first suspension stays.
absl::Status GuardWrites(const Environment& environment, const v1::SyncOperation& operation,
                         store::Transaction& transaction);

}  // namespace profilesync::sync
