#include "server/model/field_rules.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::model {

bool Allows(const v1::FieldRule& rule, v1::SyncDirection direction) {
  const auto& allowed = rule.allowed_directions();
  return std::find(allowed.begin(), allowed.end(), direction) != allowed.end();
}

absl::StatusOr<FieldRules> FieldRules::Load(const store::Reader& reader, std::string_view add_on) {
  // More than there are fields.
  constexpr int kMost = 1000;
  ASSIGN_OR_RETURN(std::vector<v1::FieldRule> rules,
                   reader.ListFieldRules(FirmOf(add_on), LastId(add_on), "", kMost));
  FieldRules loaded;
  for (v1::FieldRule& rule : rules) {
    std::string field(LastId(rule.name()));
    loaded.by_field_.emplace(std::move(field), std::move(rule));
  }
  return loaded;
}

const v1::FieldRule* FieldRules::Find(const Field& field) const {
  const auto found = by_field_.find(field.name());
  return found == by_field_.end() ? nullptr : &found->second;
}

PermittedDirections AllowedBy(const v1::FieldRule* rule) {
  return {.to_practice = rule == nullptr || Allows(*rule, v1::TO_PRACTICE),
          .to_profile = rule == nullptr || Allows(*rule, v1::TO_PROFILE)};
}

Preference PreferenceOf(const v1::FieldRule* rule) {
  switch (rule == nullptr ? v1::FieldRule::ASK : rule->preference()) {
    case v1::FieldRule::PROFILE:
      return Preference::PROFILE;
    case v1::FieldRule::PRACTICE:
      return Preference::PRACTICE;
    default:
      return Preference::ASK;
  }
}

}  // namespace profilesync::model
