#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace profilesync::observe {

// Whether `level` is one of debug, info, warning and error.
bool IsLogLevel(std::string_view level);

// Sets up the process's one log, on standard error, and routes what libprotobuf and gRPC have to
// say into it. Call once, before anything else. INVALID_ARGUMENT unless IsLogLevel(level).
absl::Status StartLog(std::string_view level);

}  // namespace profilesync::observe
