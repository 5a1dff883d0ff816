#pragma once

#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// A registration number without the spaces, hyphens and full stops that divide its groups. Case
// doesn't count, leading zeros do.
NormalForm IdentifierForm(std::string_view text);

}  // namespace profilesync
