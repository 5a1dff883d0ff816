#pragma once

#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// A registration number by its letters and digits alone; case doesn't count, leading zeros do.
NormalForm IdentifierForm(std::string_view text);

}  // namespace profilesync
