#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace profilesync {

// Words in the order in which they stand. Besides words: "/" between two numbers, "c/o" for every
// way of writing "care of".
using Tokens = std::vector<std::string>;

// The segments of a part of an address, that is what stands between line breaks, commas and
// semicolons, as folded words without full stops and other punctuation. Hyphens and apostrophes
// inside words stay. A segment without words is left out.
std::vector<Tokens> AddressSegments(std::string_view text);

// The words with one space between them.
std::string JoinTokens(const Tokens& tokens);

}  // namespace profilesync
