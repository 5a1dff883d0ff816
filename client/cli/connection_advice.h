#pragma once

#include <string>

#include "absl/status/status.h"
#include "client/cpp/options.h"

namespace profilesync::cli {

// What to do where no server answered, or not in time; "" for an error that a server made, which
// has a reason, and for any other.
std::string ConnectionAdvice(const absl::Status& status, const client::Options& connection);

}  // namespace profilesync::cli
