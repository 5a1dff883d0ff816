#pragma once

#include "profilesync/v1/field_rule_service.grpc.pb.h"
#include "server/addon/delete_field_rule.h"
#include "server/addon/get_field_rule.h"
#include "server/addon/list_field_rules.h"
#include "server/addon/update_field_rule.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// FieldRuleService: what each method needs and which verb it runs.
class FieldRuleService final : public v1::FieldRuleService::CallbackService {
 public:
  explicit FieldRuleService(const Unary& unary) : unary_(unary) {}

  Reactor* GetFieldRule(Context* c, const v1::GetFieldRuleRequest* q, v1::FieldRule* r) override {
    return unary_.Read(c, q, r, kViewer, addon::GetFieldRule);
  }
  Reactor* ListFieldRules(Context* c, const v1::ListFieldRulesRequest* q,
                          v1::ListFieldRulesResponse* r) override {
    return unary_.Read(c, q, r, kViewer, addon::ListFieldRules);
  }
  Reactor* UpdateFieldRule(Context* c, const v1::UpdateFieldRuleRequest* q,
                           v1::FieldRule* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::UpdateFieldRule);
  }
  Reactor* DeleteFieldRule(Context* c, const v1::DeleteFieldRuleRequest* q,
                           google::protobuf::Empty* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, addon::DeleteFieldRule);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
