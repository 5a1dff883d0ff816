#pragma once

#include <functional>
#include <string_view>

#include "absl/status/status.h"

namespace profilesync {

// A point at which a test can make the process fail or stop. Compiled in only with
// -DPROFILESYNC_FAILPOINTS=ON; elsewhere Failpoint() is an empty inline function.
//
// A test in the same process arms a point with SetFailpoint; one that drives a server of its own
// sets the environment variable PROFILESYNC_FAILPOINTS, a comma-separated list of NAME=kill (the
// process ends at once, as by SIGKILL), NAME=kill@N (when the point is reached for the Nth time)
// and NAME=error (the point answers INTERNAL). The file that PROFILESYNC_FAILPOINT_LOG names gets
// a line with the name of each point that is reached.
//
// Each point of the server has a row in tests/robustness/kill/scenarios.cc.
#ifdef PROFILESYNC_FAILPOINTS
absl::Status Failpoint(std::string_view name);
// Runs `action` whenever `name` is reached; an empty function disarms it. Thread-safe.
void SetFailpoint(std::string_view name, std::function<absl::Status()> action);
#else
inline absl::Status Failpoint(std::string_view) { return absl::OkStatus(); }
#endif

}  // namespace profilesync
