#pragma once

#include <string>
#include <string_view>

namespace profilesync::connector::xpm {

// `text` with "(tax number)" wherever `number` stands in it, however either of them is written:
// only letters and digits count, in any case, with spaces, dots and hyphens anywhere between them,
// and without the zeros in front. A number without a letter or digit is nowhere.
std::string HideNumber(std::string_view text, std::string_view number);

}  // namespace profilesync::connector::xpm
