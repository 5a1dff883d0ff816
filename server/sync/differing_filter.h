#pragma once

#include <string_view>

#include "common/error.h"
#include "profilesync/v1/diff.pb.h"
#include "server/store/records.h"

namespace profilesync::sync {

// ListDifferingLinksRequest.filter of the firm of that name, read; what is wrong with it is added
// to `violations`, after which it is of no use.
store::DifferingFilter ParseDifferingFilter(std::string_view filter, std::string_view firm,
                                            Violations* violations);

// Whether the field is one by which the filter chose its link.
bool ChosenBy(const store::DifferingFilter& filter, const v1::FieldDiff& field);

}  // namespace profilesync::sync
