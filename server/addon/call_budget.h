#pragma once

#include "absl/status/status.h"
#include "profilesync/v1/add_on.pb.h"
#include "server/environment.h"

namespace profilesync::addon {

// Says in an add-on that is to be shown what is left of its tenant's call budget. Never stored.
absl::Status ShowCallBudget(const Environment& environment, const store::Reader& reader,
                            v1::AddOn* add_on);

}  // namespace profilesync::addon
