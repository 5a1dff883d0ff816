#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/cli/table.h"

namespace profilesync::cli {

// An error as people need it: the message, each violation, the reason with what goes with it, how
// long to wait and what to do next. Ends with a line feed.
std::string RenderError(const Style& style, const absl::Status& status);

}  // namespace profilesync::cli
