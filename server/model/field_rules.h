#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/catalogue.h"
#include "common/field_state.h"
#include "profilesync/v1/field_rule.pb.h"
#include "server/store/store.h"

namespace profilesync::model {

// Whether the rule leaves that direction open.
bool Allows(const v1::FieldRule& rule, v1::SyncDirection direction);

// The firm's rules for the fields of one add-on. A value object.
class FieldRules {
 public:
  static absl::StatusOr<FieldRules> Load(const store::Reader& reader, std::string_view add_on);

  // nullptr where the field has none.
  const v1::FieldRule* Find(const Field& field) const;

 private:
  std::map<std::string, v1::FieldRule, std::less<>> by_field_;
};

// Both where there is no rule.
PermittedDirections AllowedBy(const v1::FieldRule* rule);
Preference PreferenceOf(const v1::FieldRule* rule);

}  // namespace profilesync::model
