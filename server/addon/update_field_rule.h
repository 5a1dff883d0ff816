#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// FieldRuleService.UpdateFieldRule.
absl::StatusOr<v1::FieldRule> UpdateFieldRule(const Environment& environment,
                                              const access::Call& call,
                                              const v1::UpdateFieldRuleRequest& request,
                                              store::Transaction& transaction);

}  // namespace profilesync::addon
