#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profilesync/type/client_fields.pb.h"
#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::testing {

// XPM's elements of a field, by the names under which they are read; of an address the street
// first, then city, region, postal code and country. Written down once more, for what the product
// has of them is what is tested.
const std::vector<std::string>& ElementsOf(std::string_view field);

// The values that the elements of `field` have in XPM where the field's is `value`.
xpm_sandbox::ElementMap ElementsWith(std::string_view field, const type::FieldValue& value);

// The elements that are not the same in both, with those that one of them alone has, and "Contacts"
// and the like for what is no scalar.
std::set<std::string> ChangedElements(const xpm_sandbox::ClientRecord& before,
                                      const xpm_sandbox::ClientRecord& after);

}  // namespace profilesync::testing
