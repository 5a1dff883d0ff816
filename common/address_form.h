#pragma once

#include <string_view>

#include "common/normal_form.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// An address by New Zealand's and Australia's habits. Commas and line breaks count no more than
// spaces within the street lines, except beside a direction or a group of a box's number that could
// go with either side; town, region, postal code and country stay parts of their own.
//
// An absent country is `region`'s (ISO alpha-2); an unrecognised one stays text and flags the
// address. In New Zealand and Australia a postal code, a state or a country at the end of the town,
// or of street lines without a town, is taken for the part that is missing or says the same, and
// street lines without a town are searched for one, where that is unambiguous: the town stands in a
// segment of its own, behind the number of a box, a rural delivery or a state highway, or between
// the street and the postal code or the state.
NormalForm AddressForm(const type::Address& address, std::string_view region);

}  // namespace profilesync
