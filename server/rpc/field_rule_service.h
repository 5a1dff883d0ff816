#pragma once

#include "profilesync/v1/field_rule_service.grpc.pb.h"
#include "server/rpc/roles.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// FieldRuleService: what each method needs and which verb it runs.
class FieldRuleService final : public v1::FieldRuleService::CallbackService {
 public:
  explicit FieldRuleService(const Unary& unary) : unary_(unary) {}

  Reactor* GetFieldRule(Context* c, const v1::GetFieldRuleRequest* q, v1::FieldRule*) override {
    return unary_.NotYet(c, q, kViewer);
  }
  Reactor* ListFieldRules(Context* c, const v1::ListFieldRulesRequest* q,
                          v1::ListFieldRulesResponse*) override {
    return unary_.NotYet(c, q, kViewer);
  }
  Reactor* UpdateFieldRule(Context* c, const v1::UpdateFieldRuleRequest* q,
                           v1::FieldRule*) override {
    return unary_.NotYet(c, q, kFirmAdministrator);
  }
  Reactor* DeleteFieldRule(Context* c, const v1::DeleteFieldRuleRequest* q,
                           google::protobuf::Empty*) override {
    return unary_.NotYet(c, q, kFirmAdministrator);
  }

 private:
  const Unary& unary_;
};

}  // namespace profilesync::rpc
