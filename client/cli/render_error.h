#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "client/cli/table.h"

namespace profilesync::cli {

// An error as people need it: the message, each violation, the reason with what goes with it, how
// long to wait and what to do next, which is `advice` where the error itself doesn't say. Ends with
// a line feed.
std::string RenderError(const Style& style, const absl::Status& status,
                        std::string_view advice = "");

}  // namespace profilesync::cli
