#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// Fetches the practice client of a link and stores what it is now, unless a write or a later fetch
// has overtaken the fetch: reads never undo writes. Returns the link's serialised diff. Blocks.
//
// A client that the practice system no longer has makes the link MISSING and keeps its snapshot.
// Errors as RefreshLink's; nothing is stored then. `record`, where given, is run in the transaction
// that stores, with that diff.
absl::StatusOr<std::string> Refresh(
    const Environment& environment, std::string_view link, budget::Priority priority,
    absl::Time deadline,
    const std::function<absl::Status(store::Transaction&, const std::string&)>& record = nullptr);

}  // namespace profilesync::sync
