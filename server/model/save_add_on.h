#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/catalogue.h"
#include "profilesync/v1/add_on.pb.h"
#include "server/environment.h"

namespace profilesync::model {

// Stores a changed add-on and restates its links, whose diffs follow from its state and settings.
// What is known of `resourced` fields, which are read elsewhere from now on, is forgotten, and the
// links are due for a refresh.
absl::StatusOr<v1::AddOn> SaveAddOn(const Environment& environment, absl::Time now,
                                    v1::AddOn add_on, const std::vector<const Field*>& resourced,
                                    store::Transaction& transaction);

}  // namespace profilesync::model
