#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// FieldRuleService.ListFieldRules.
absl::StatusOr<v1::ListFieldRulesResponse> ListFieldRules(const Environment& environment,
                                                          const access::Call& call,
                                                          const v1::ListFieldRulesRequest& request,
                                                          const store::Reader& reader);

}  // namespace profilesync::addon
