#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"

namespace profilesync::verb {

// One term of a list filter: `path = value` or `path:value`.
struct FilterTerm {
  std::string path;
  bool has = false;  // ':', the value is somewhere in the field; else '=', it is the field's value
  std::string value;
};

// A filter after AIP-160, as far as lists need one: terms joined by AND, values bare or in double
// quotes with \" and \\. What can't be read is added to `violations` under "filter".
std::vector<FilterTerm> ParseFilter(std::string_view filter, Violations* violations);

}  // namespace profilesync::verb
