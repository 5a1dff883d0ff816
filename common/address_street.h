#pragma once

#include <string_view>
#include <vector>

#include "common/address_tokens.h"

namespace profilesync {

// Where what could be a town begins in `words`, one segment of street lines: behind the street
// type, the box number or the rural delivery number. words.size() when nothing is left for a town,
// 0 when the whole segment could be one. `new_zealand` allows rural deliveries.
std::size_t TownStart(const Tokens& words, bool new_zealand);

// The street lines in one row of words, with every habit of writing them evened out: boxes and
// bags, rural deliveries, parts of a building, street types and directions.
Tokens CanonicalStreet(const std::vector<Tokens>& segments, bool new_zealand);

// The words of a town, written out.
Tokens CanonicalTown(const std::vector<Tokens>& segments);

}  // namespace profilesync
