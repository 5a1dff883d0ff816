#pragma once

#include <string>

#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// A value on one line, for people: an address as its parts joined by ", ", with the postal code
// behind the town; "" for a blank one. Sensitive values must be masked before.
std::string DisplayText(const type::FieldValue& value);

}  // namespace profilesync
