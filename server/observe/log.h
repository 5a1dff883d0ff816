#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace profilesync::observe {

// Sets up the process's one log, on standard error, and routes what libprotobuf and gRPC have to
// say into it. Call once, before anything else. INVALID_ARGUMENT unless `level` is one of debug,
// info, warning and error.
absl::Status StartLog(std::string_view level);

}  // namespace profilesync::observe
