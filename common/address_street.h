#pragma once

#include <string_view>
#include <vector>

#include "common/address_tokens.h"

namespace profilesync {

// Where what could be a town begins in one segment of street lines.
struct TownPlace {
  // Behind the street type or the number of the box, rural delivery or state highway. The segment's
  // size when nothing is left for a town, 0 when the whole segment could be one.
  std::size_t start = 0;
  // A number ends what stands before, so that no word of the town can be the street's.
  bool follows_number = false;
};

// `new_zealand` allows rural deliveries and "SH 1".
TownPlace FindTown(const Tokens& words, bool new_zealand);

// The street lines in one row of words, with every habit of writing them evened out: boxes and
// bags, rural deliveries, state highways, parts of a building, street types and directions.
Tokens CanonicalStreet(const std::vector<Tokens>& segments, bool new_zealand);

// The words of a town, written out.
Tokens CanonicalTown(const std::vector<Tokens>& segments);

}  // namespace profilesync
