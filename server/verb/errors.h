#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace profilesync::verb {

// The errors that many verbs return. `resource` is a resource's full name.

// NOT_FOUND (RESOURCE_NOT_FOUND).
absl::Status NotFound(std::string_view resource);

// ALREADY_EXISTS (RESOURCE_EXISTS), naming the one in the way.
absl::Status AlreadyExists(std::string_view resource);

}  // namespace profilesync::verb
