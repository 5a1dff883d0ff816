#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "profilesync/v1/firm.pb.h"
#include "profilesync/v1/profile.pb.h"

namespace profilesync::profile {

// Checks what a caller sets of a profile: its kind, country, name, and the fields among `changed`
// (names as model::ChangedFields gives them). What is wrong is added to `violations` under `path`,
// the profile's place in the request.
void CheckProfile(const v1::Firm& firm, const v1::Profile& profile,
                  const std::vector<std::string>& changed, std::string_view path,
                  Violations* violations);

}  // namespace profilesync::profile
