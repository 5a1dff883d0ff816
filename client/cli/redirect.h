#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace profilesync::cli {

// What a practice system sends a person back with (RFC 6749, section 4.1.2).
struct Redirect {
  std::string state;
  std::string code;
};

// Reads it from the address that the person's browser ended at. A usage error where the address
// has none; another error where it says that the practice system or the person refused.
absl::StatusOr<Redirect> ParseRedirect(std::string_view address);

}  // namespace profilesync::cli
