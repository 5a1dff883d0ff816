#pragma once

#include <string>
#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// A number that could be dialled from `region` (ISO alpha-2), as E.164 with its extension, by
// libphonenumber. One that lacks the area code has a form of its own and equals no full number.
// What holds anything besides one number ("ask for Bob", two numbers) is compared as text.
NormalForm PhoneForm(std::string_view text, const std::string& region);

}  // namespace profilesync
