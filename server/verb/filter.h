#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"

namespace profilesync::verb {

// How a term compares the field with its value.
enum class FilterOp { kIs, kHas, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// One term of a list filter: `path = value`, `path:value` (the value is somewhere in the field), or
// one with < <= > >=.
struct FilterTerm {
  std::string path;
  FilterOp op = FilterOp::kIs;
  std::string value;

  bool Is(std::string_view wanted_path) const { return op == FilterOp::kIs && path == wanted_path; }
  bool Has(std::string_view wanted_path) const {
    return op == FilterOp::kHas && path == wanted_path;
  }
};

// As callers write it.
std::string ToText(const FilterTerm& term);

// What is wrong with a term that a list can't use; `known` names the fields that it can filter by.
std::string NotKnown(const FilterTerm& term, std::string_view known);

// A filter after AIP-160, as far as lists need one: terms joined by AND, values bare or in double
// quotes with \" and \\. What can't be read is added to `violations` under "filter".
std::vector<FilterTerm> ParseFilter(std::string_view filter, Violations* violations);

}  // namespace profilesync::verb
