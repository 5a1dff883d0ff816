#include "server/rpc/method_table.h"

#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "profilesync/v1/sync_service.pb.h"

namespace profilesync::rpc {

std::vector<const google::protobuf::ServiceDescriptor*> MethodTable::Services() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const google::protobuf::Descriptor* request :
       {v1::CreateFirmRequest::descriptor(), v1::CreateAddOnRequest::descriptor(),
        v1::CreateProfileRequest::descriptor(), v1::CreateLinkRequest::descriptor(),
        v1::SyncProfileRequest::descriptor(), v1::GetFieldRuleRequest::descriptor(),
        google::longrunning::GetOperationRequest::descriptor()}) {
    const auto* file = request->file();
    for (int i = 0; i < file->service_count(); ++i) {
      services.push_back(file->service(i));
    }
  }
  return services;
}

MethodTable::MethodTable() {
  const ResourcePatterns patterns = PatternsOf(Services());
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const auto& method = *service->method(i);
      methods_.emplace(method.input_type(), std::make_unique<Method>(method, patterns));
    }
  }
}

}  // namespace profilesync::rpc
