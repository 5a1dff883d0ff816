#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "profilesync/v1/firm.pb.h"
#include "server/environment.h"

namespace profilesync::model {

// Every firm of the store, by name: for what the server does by itself.
absl::StatusOr<std::vector<v1::Firm>> AllFirms(const Environment& environment);

}  // namespace profilesync::model
