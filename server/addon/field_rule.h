#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "profilesync/v1/field_rule.pb.h"
#include "server/environment.h"

// What the verbs of field rules share.
namespace profilesync::addon {

// NOT_FOUND.
absl::StatusOr<v1::FieldRule> FindFieldRule(const store::Reader& reader, std::string_view name);

// Makes the diffs of all links of the rule's add-on anew: permitted directions and suggestions
// follow from the rule.
absl::Status RestateLinksUnder(const Environment& environment, std::string_view rule,
                               store::Transaction& transaction);

}  // namespace profilesync::addon
