#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// FieldRuleService.DeleteFieldRule.
absl::StatusOr<google::protobuf::Empty> DeleteFieldRule(const Environment& environment,
                                                        const access::Call& call,
                                                        const v1::DeleteFieldRuleRequest& request,
                                                        store::Transaction& transaction);

}  // namespace profilesync::addon
