#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "server/store/store.h"

namespace profilesync::addon {

// FAILED_PRECONDITION (OPERATION_UNFINISHED) while a sync operation under the add-on is.
absl::Status CheckNoneUnfinished(const store::Reader& reader, std::string_view add_on);

// The same, while one may be talking to the practice system.
absl::Status CheckNoneRunning(const store::Reader& reader, std::string_view add_on);

}  // namespace profilesync::addon
