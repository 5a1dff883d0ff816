#pragma once

#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// Case and a leading "mailto:" don't count, and an internationalised domain equals its ASCII form.
// Anything but a single address is compared as text.
NormalForm EmailForm(std::string_view text);

}  // namespace profilesync
