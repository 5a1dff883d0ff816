#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// Stores a changed add-on and restates its links, whose diffs follow from its state and settings.
// Where `sources_changed`, the links are due for a refresh too: a field is read elsewhere now.
absl::StatusOr<v1::AddOn> SaveAddOn(const Environment& environment, const access::Call& call,
                                    v1::AddOn add_on, bool sources_changed,
                                    store::Transaction& transaction);

}  // namespace profilesync::addon
