#include "tests/integration/verbs/fixture.h"

#include <google/protobuf/text_format.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace profilesync::testing {
namespace {

constexpr int kAll = 1000;

}  // namespace

type::ClientFields Fields(const std::string& text) {
  type::ClientFields fields;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fields)) << text;
  return fields;
}

std::string ReasonIn(const google::rpc::Status& error) {
  google::rpc::ErrorInfo info;
  for (const auto& detail : error.details()) {
    if (detail.UnpackTo(&info)) {
      return info.reason();
    }
  }
  return "";
}

std::string VerbsTest::Stored() {
  std::string text;
  const auto list = [&](auto& stub, auto method, auto request, auto response) {
    request.set_parent(kFirm);
    request.set_page_size(kAll);
    EXPECT_TRUE(Call(stub, method, request, &response).ok());
    absl::StrAppend(&text, response.DebugString());
    return response;
  };
  const auto add_ons = list(*add_ons_, &v1::AddOnService::Stub::ListAddOns, v1::ListAddOnsRequest(),
                            v1::ListAddOnsResponse());
  for (const v1::AddOn& add_on : add_ons.add_ons()) {
    v1::ListFieldRulesRequest rules;
    rules.set_parent(add_on.name());
    v1::ListFieldRulesResponse response;
    EXPECT_TRUE(Call(*rules_, &v1::FieldRuleService::Stub::ListFieldRules, rules, &response).ok());
    absl::StrAppend(&text, response.DebugString());
  }
  list(*profiles_, &v1::ProfileService::Stub::ListProfiles, v1::ListProfilesRequest(),
       v1::ListProfilesResponse());
  list(*profiles_, &v1::ProfileService::Stub::ListProfileChanges, v1::ListProfileChangesRequest(),
       v1::ListProfileChangesResponse());
  list(*syncs_, &v1::SyncService::Stub::ListSyncOperations, v1::ListSyncOperationsRequest(),
       v1::ListSyncOperationsResponse());
  const auto links = list(*links_, &v1::LinkService::Stub::ListLinks, v1::ListLinksRequest(),
                          v1::ListLinksResponse());
  for (const v1::Link& link : links.links()) {
    absl::StrAppend(&text, Diff(link.name()).DebugString());
  }
  return text;
}

std::string VerbsTest::AddClient(const xpm_sandbox::ElementMap& values) {
  return xpm_.AddClient({.values = values});
}

v1::ImportPracticeClientsRequest VerbsTest::ImportOf(const std::vector<std::string>& clients) {
  v1::ImportPracticeClientsRequest request;
  request.set_parent(kFirm);
  request.set_add_on(kAddOn);
  for (const std::string& client : clients) {
    request.add_practice_clients()->set_practice_client_id(client);
  }
  return request;
}

grpc::Status VerbsTest::TryImport(const v1::ImportPracticeClientsRequest& request,
                                  google::longrunning::Operation* operation) {
  return Call(*profiles_, &v1::ProfileService::Stub::ImportPracticeClients, request, operation);
}

google::longrunning::Operation VerbsTest::Import(const v1::ImportPracticeClientsRequest& request) {
  google::longrunning::Operation operation;
  const grpc::Status status = TryImport(request, &operation);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(WaitUntil([&] {
    if (!operation.done()) {
      operation = LongOperation(operation.name());
    }
    return operation.done();
  }));
  return operation;
}

google::longrunning::Operation VerbsTest::LongOperation(const std::string& name) {
  using Operations = google::longrunning::Operations;
  const auto operations =
      Operations::NewStub(grpc::CreateChannel(app_->address(), grpc::InsecureChannelCredentials()));
  google::longrunning::GetOperationRequest request;
  request.set_name(name);
  google::longrunning::Operation operation;
  const grpc::Status status =
      Call(*operations, &Operations::Stub::GetOperation, request, &operation);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return operation;
}

v1::ImportPracticeClientsResponse VerbsTest::Imported(
    const v1::ImportPracticeClientsRequest& request) {
  const google::longrunning::Operation operation = Import(request);
  v1::ImportPracticeClientsResponse response;
  EXPECT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
  EXPECT_EQ(response.results_size(), request.practice_clients_size());
  return response;
}

v1::AddOn VerbsTest::AddSecondAddOn() {
  constexpr char kTenant[] = "5f0a3a0e-35a9-4a9e-8a53-5a2e2f0f7c22";
  EXPECT_TRUE(xpm_.SetTenants({{.id = xpm_.tenant_id(), .name = "First"},
                               {.id = kTenant, .name = "Second"}})
                  .ok());
  v1::CreateAddOnRequest request;
  request.set_parent(kFirm);
  request.set_add_on_id("second");
  request.mutable_add_on()->set_practice_system("practiceSystems/xpm");
  request.mutable_add_on()->set_tenant_id(kTenant);
  request.mutable_add_on()->set_display_name("Second practice");
  v1::AddOn add_on;
  const grpc::Status status =
      Call(*add_ons_, &v1::AddOnService::Stub::CreateAddOn, request, &add_on);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return add_on;
}

std::string VerbsTest::LinkUnderSecond(const xpm_sandbox::ElementMap& client) {
  v1::CreateLinkRequest request;
  request.set_parent(kFirm);
  request.mutable_link()->set_profile("firms/harbour/profiles/p");
  request.mutable_link()->set_add_on(kSecondAddOn);
  request.mutable_link()->set_practice_client_id(AddClient(client));
  v1::Link link;
  const grpc::Status status = Call(*links_, &v1::LinkService::Stub::CreateLink, request, &link);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return link.name();
}

grpc::Status VerbsTest::DeleteAddOn(const std::string& add_on, bool force) {
  v1::DeleteAddOnRequest request;
  request.set_name(add_on);
  request.set_force(force);
  google::protobuf::Empty empty;
  return Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, request, &empty);
}

v1::UpdateFieldRuleRequest VerbsTest::RuleRequest(const std::string& field,
                                                  const std::vector<v1::SyncDirection>& allowed,
                                                  v1::FieldRule::Preference preference,
                                                  const std::string& add_on) {
  v1::UpdateFieldRuleRequest request;
  v1::FieldRule* rule = request.mutable_field_rule();
  rule->set_name(absl::StrCat(add_on, "/fieldRules/", field));
  for (const v1::SyncDirection direction : allowed) {
    rule->add_allowed_directions(direction);
  }
  rule->set_preference(preference);
  request.mutable_update_mask()->add_paths("allowed_directions");
  request.mutable_update_mask()->add_paths("preference");
  request.set_allow_missing(true);
  return request;
}

grpc::Status VerbsTest::TrySetRule(const v1::UpdateFieldRuleRequest& request, v1::FieldRule* rule) {
  v1::FieldRule unused;
  return Call(*rules_, &v1::FieldRuleService::Stub::UpdateFieldRule, request,
              rule == nullptr ? &unused : rule);
}

v1::FieldRule VerbsTest::SetRule(const v1::UpdateFieldRuleRequest& request) {
  v1::FieldRule rule;
  const grpc::Status status = TrySetRule(request, &rule);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return rule;
}

grpc::Status VerbsTest::DeleteRule(const std::string& name) {
  v1::DeleteFieldRuleRequest request;
  request.set_name(name);
  google::protobuf::Empty empty;
  return Call(*rules_, &v1::FieldRuleService::Stub::DeleteFieldRule, request, &empty);
}

grpc::Status VerbsTest::Deactivate() {
  v1::DeactivateAddOnRequest request;
  request.set_name(kAddOn);
  v1::AddOn add_on;
  return Call(*add_ons_, &v1::AddOnService::Stub::DeactivateAddOn, request, &add_on);
}

grpc::Status VerbsTest::UpdateSettings(const v1::AddOnSettings& settings) {
  v1::UpdateAddOnRequest request;
  request.mutable_add_on()->set_name(kAddOn);
  *request.mutable_add_on()->mutable_settings() = settings;
  request.mutable_update_mask()->add_paths("settings");
  v1::AddOn add_on;
  return Call(*add_ons_, &v1::AddOnService::Stub::UpdateAddOn, request, &add_on);
}

grpc::Status VerbsTest::TryRefresh(const std::string& link, const std::string& request_id) {
  v1::RefreshLinkRequest request;
  request.set_name(link);
  request.set_request_id(request_id);
  v1::Diff diff;
  return Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
}

v1::ListProfileChangesResponse VerbsTest::Changes(const v1::ListProfileChangesRequest& request) {
  v1::ListProfileChangesResponse response;
  const grpc::Status status =
      Call(*profiles_, &v1::ProfileService::Stub::ListProfileChanges, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::string VerbsTest::LeaveUnfinished(const std::string& link) {
  EXPECT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/update", .kind = xpm_sandbox::FaultKind::kDrop})
          .ok());
  const v1::SyncOperation operation = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::UNKNOWN) << operation.DebugString();
  return operation.name();
}

void VerbsTest::BreakXpm(const std::string& endpoint) {
  EXPECT_TRUE(xpm_.InjectFault({.endpoint = endpoint,
                                .kind = xpm_sandbox::FaultKind::kUnavailable,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
}

}  // namespace profilesync::testing
