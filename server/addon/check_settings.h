#pragma once

#include "common/error.h"
#include "profilesync/v1/add_on.pb.h"
#include "server/connector/connector.h"

namespace profilesync::addon {

// Checks what a firm administrator sets of an add-on; what is wrong is added to `violations` under
// "add_on.…". `description` is its practice system's; nullptr where that isn't known.
void CheckAddOn(const v1::AddOn& add_on, const connector::Description* description,
                Violations* violations);

}  // namespace profilesync::addon
