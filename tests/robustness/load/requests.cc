#include "tests/robustness/load/requests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::testing {
namespace {

void Note(const v1::SyncOperation& operation, Told* told) {
  told->operation = operation.name();
  told->state = operation.state();
}
void Note(const v1::ExportProfileResponse& response, Told* told) {
  Note(response.sync_operation(), told);
}
void Note(const google::longrunning::Operation& operation, Told* told) {
  told->operation = operation.name();
}
void Note(const google::protobuf::Message&, Told*) {}

template <typename Service, typename Request, typename Response>
Ask Asking(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
           Request request) {
  return [method, request = std::move(request)](const Api& api) {
    Response response;
    Told told{.answer = api.Call<Service>(method, request, &response)};
    if (told.answer.ok()) {
      Note(response, &told);
      told.text = response.DebugString();
    }
    return told;
  };
}

void SetField(const std::string& field, const std::string& value, type::ClientFields* fields) {
  fields->GetReflection()->SetString(fields, fields->GetDescriptor()->FindFieldByName(field),
                                     value);
}

}  // namespace

std::string RequestId(unsigned seed, int number) {
  return absl::StrFormat("%08x-0000-4000-8000-%012x", seed, number);
}

v1::SyncProfileRequest SyncOf(const v1::Diff& diff, const Directions& directions,
                              const std::string& request_id) {
  v1::SyncProfileRequest request;
  request.set_name(diff.profile());
  request.set_add_on(diff.add_on());
  request.set_request_id(request_id);
  for (const v1::FieldDiff& field : diff.fields()) {
    const auto wanted = directions.find(field.field());
    const auto& permitted = field.permitted_directions();
    if (wanted == directions.end() || field.state() == v1::FieldDiff::IN_SYNC ||
        std::find(permitted.begin(), permitted.end(), wanted->second) == permitted.end()) {
      continue;
    }
    v1::FieldSync* sync = request.add_fields();
    sync->set_field(field.field());
    sync->set_direction(wanted->second);
    sync->set_etag(field.etag());
  }
  return request;
}

Ask Saving(const std::string& profile, const std::string& field, const std::string& value,
           const std::string& request_id) {
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name(profile);
  SetField(field, value, request.mutable_profile()->mutable_fields());
  request.mutable_update_mask()->add_paths("fields." + field);
  request.set_request_id(request_id);
  return Asking<v1::ProfileService>(&v1::ProfileService::Stub::UpdateProfile, request);
}

Ask Creating(const std::string& profile_id, const std::map<std::string, std::string>& fields,
             const std::string& request_id) {
  v1::CreateProfileRequest request;
  request.set_parent(World::kFirm);
  request.set_profile_id(profile_id);
  request.mutable_profile()->set_kind(type::COMPANY);
  for (const auto& [field, value] : fields) {
    SetField(field, value, request.mutable_profile()->mutable_fields());
  }
  request.set_request_id(request_id);
  return Asking<v1::ProfileService>(&v1::ProfileService::Stub::CreateProfile, request);
}

Ask Linking(const std::string& link_id, const std::string& profile, const std::string& client,
            const std::string& request_id) {
  v1::CreateLinkRequest request;
  request.set_parent(World::kFirm);
  request.set_link_id(link_id);
  request.mutable_link()->set_profile(profile);
  request.mutable_link()->set_add_on(World::kAddOn);
  request.mutable_link()->set_practice_client_id(client);
  request.set_request_id(request_id);
  return Asking<v1::LinkService>(&v1::LinkService::Stub::CreateLink, request);
}

Ask Unlinking(const std::string& link, const std::string& request_id) {
  v1::DeleteLinkRequest request;
  request.set_name(link);
  request.set_request_id(request_id);
  return Asking<v1::LinkService>(&v1::LinkService::Stub::DeleteLink, request);
}

Ask Syncing(const v1::SyncProfileRequest& request) {
  return Asking<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request);
}

Ask Suggesting(const v1::Diff& diff, const std::string& request_id) {
  v1::ApplyLinkSuggestionsRequest request;
  request.set_name(diff.link());
  request.set_diff_sequence(diff.sequence());
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::ApplyLinkSuggestions, request);
}

Ask Reverting(const std::string& operation, const std::string& request_id) {
  v1::RevertSyncOperationRequest request;
  request.set_name(operation);
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::RevertSyncOperation, request);
}

Ask Restoring(const std::string& operation, const std::string& request_id) {
  v1::RestoreSyncOperationRequest request;
  request.set_name(operation);
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::RestoreSyncOperation, request);
}

Ask Exporting(const std::string& profile, const std::string& request_id) {
  v1::ExportProfileRequest request;
  request.set_name(profile);
  request.set_add_on(World::kAddOn);
  request.set_request_id(request_id);
  return Asking<v1::ProfileService>(&v1::ProfileService::Stub::ExportProfile, request);
}

Ask Resolving(const std::string& operation, bool applied, const std::string& request_id) {
  v1::ResolveSyncOperationRequest request;
  request.set_name(operation);
  request.set_resolution(applied ? v1::ResolveSyncOperationRequest::APPLIED
                                 : v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("looked");
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::ResolveSyncOperation, request);
}

Ask RefreshingLink(const std::string& link, const std::string& request_id) {
  v1::RefreshLinkRequest request;
  request.set_name(link);
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::RefreshLink, request);
}

Ask RefreshingFirm(const std::string& request_id) {
  v1::RefreshFirmRequest request;
  request.set_name(World::kFirm);
  request.set_full(true);
  request.set_request_id(request_id);
  return Asking<v1::SyncService>(&v1::SyncService::Stub::RefreshFirm, request);
}

Ask Importing(const std::vector<std::string>& clients, const std::string& filter,
              const std::string& request_id) {
  v1::ImportPracticeClientsRequest request;
  request.set_parent(World::kFirm);
  request.set_add_on(World::kAddOn);
  for (const std::string& client : clients) {
    request.add_practice_clients()->set_practice_client_id(client);
  }
  request.set_filter(filter);
  request.set_allow_duplicates(true);
  request.set_request_id(request_id);
  return Asking<v1::ProfileService>(&v1::ProfileService::Stub::ImportPracticeClients, request);
}

v1::Diff DiffOf(const Api& api, const std::string& link) {
  v1::GetDiffRequest request;
  request.set_name(link + "/diff");
  return api.Must<v1::SyncService>(&v1::SyncService::Stub::GetDiff, request);
}

std::string MakeLinkedProfile(World& world) {
  std::string client = world.xpm().AddClient(
      {.values = {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"Website", "old.example"}}});
  const Told created =
      Creating("p", {{"name", "A Ltd"}, {"website", "a.example"}, {"email", "a@a.example"}},
               RequestId(0xc, 1))(world.api());
  EXPECT_TRUE(created.answer.ok()) << created.answer.status.error_message();
  const Told linked = Linking("l", kLinkedProfile, client, RequestId(0xc, 2))(world.api());
  EXPECT_TRUE(linked.answer.ok()) << linked.answer.status.error_message();
  return client;
}

}  // namespace profilesync::testing
