#include "server/addon/get_field_rule.h"

#include "server/addon/field_rule.h"

namespace profilesync::addon {

absl::StatusOr<v1::FieldRule> GetFieldRule(const Environment& /*environment*/,
                                           const access::Call& /*call*/,
                                           const v1::GetFieldRuleRequest& request,
                                           const store::Reader& reader) {
  return FindFieldRule(reader, request.name());
}

}  // namespace profilesync::addon
