#pragma once

#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// Checks the values that a caller sets on a profile and adds everything that is wrong to
// `violations`, each under its path: `path` + ".primary_phone", ".postal_address.lines[2]".
//
// Only the `changed` fields of `fields` are looked at, for a value that came from a practice system
// may be anything. Blank is always allowed. Refused are: invalid UTF-8, control characters (a tab
// and a line break too), code points that are no characters (U+FFFE), more bytes than the field
// takes, more than 6 address lines, an e-mail address, web address or date that can't be read, a
// country that isn't ISO alpha-2 in capitals, and a masked tax number. A phone needs 3 digits only:
// extensions, short numbers and "after hours" are of use to people.
//
// `region` (ISO alpha-2) tells how a date is read; see ParseDate.
void ValidateFields(const type::ClientFields& fields, const std::vector<const Field*>& changed,
                    std::string_view region, std::string_view path, Violations* violations);

}  // namespace profilesync
