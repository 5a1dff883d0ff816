#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// FieldRuleService.GetFieldRule.
absl::StatusOr<v1::FieldRule> GetFieldRule(const Environment& environment, const access::Call& call,
                                           const v1::GetFieldRuleRequest& request,
                                           const store::Reader& reader);

}  // namespace profilesync::addon
