#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/store/store.h"

namespace profilesync::benchmark {

// Stores so many more links like the one of that name, with their diffs, each of a profile and a
// practice client of its own. Neither profiles nor snapshots are stored, so the links are good for
// lists of links and diffs alone.
absl::Status CopyLink(store::Store& store, const std::string& link, int copies);

}  // namespace profilesync::benchmark
