#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// `text` as yyyy-MM-dd when it is a date of the calendar written yyyy-MM-dd, yyyyMMdd,
// yyyy-MM-ddTHH:mm:ss or, unless `region` writes the month first, dd/MM/yyyy. A time is dropped and
// a zone never applied; one that could move the date makes it no date.
std::optional<std::string> ParseDate(std::string_view text, std::string_view region);

// The date as yyyy-MM-dd; what is no date is compared as text.
NormalForm DateForm(std::string_view text, std::string_view region);

}  // namespace profilesync
