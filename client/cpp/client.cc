#include "client/cpp/client.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cpp/caller.h"
#include "client/cpp/channel.h"
#include "common/status.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/field_rule_service.grpc.pb.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::client {

using google::longrunning::Operations;
using v1::AddOnService;
using v1::FieldRuleService;
using v1::FirmService;
using v1::LinkService;
using v1::ProfileService;
using v1::SyncService;

struct Client::Stubs {
  Stubs(Options options, const std::shared_ptr<grpc::Channel>& channel)
      : caller(std::move(options), channel),
        firms(channel),
        add_ons(channel),
        field_rules(channel),
        profiles(channel),
        links(channel),
        syncs(channel),
        operations(channel) {}

  // A call that the server answers from its own store.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Store(Stub& stub,
                                 grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                                 Request request) {
    return caller.Call(stub, method, std::move(request), caller.options().store_timeout);
  }

  // A call that may wait for a practice system.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Practice(Stub& stub,
                                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                    Request request) {
    return caller.Call(stub, method, std::move(request), caller.options().practice_timeout);
  }

  // A list, page by page; `items` names the response's repeated field.
  template <typename Stub, typename Request, typename Response, typename Item>
  Pages<Item> List(Stub& stub,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   Request request,
                   google::protobuf::RepeatedPtrField<Item>* (Response::*items)()) {
    return Pages<Item>([this, &stub, method, request = std::move(request),
                        items](const std::string& token) mutable -> absl::StatusOr<Page<Item>> {
      if (!token.empty()) {
        request.set_page_token(token);
      }
      ASSIGN_OR_RETURN(Response response, Store(stub, method, request));
      auto* found = (response.*items)();
      Page<Item> page;
      page.items.assign(std::make_move_iterator(found->begin()),
                        std::make_move_iterator(found->end()));
      page.next_token = response.next_page_token();
      return page;
    });
  }

  Caller caller;
  FirmService::Stub firms;
  AddOnService::Stub add_ons;
  FieldRuleService::Stub field_rules;
  ProfileService::Stub profiles;
  LinkService::Stub links;
  SyncService::Stub syncs;
  Operations::Stub operations;
};

namespace {

// A request of type Request for the resource of that name.
template <typename Request>
Request Named(const std::string& name) {
  Request request;
  request.set_name(name);
  return request;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::Connect(Options options) {
  ASSIGN_OR_RETURN(std::shared_ptr<grpc::Channel> channel, OpenChannel(options));
  return std::unique_ptr<Client>(
      new Client(std::make_unique<Stubs>(std::move(options), std::move(channel))));
}

Client::Client(std::unique_ptr<Stubs> stubs) : stubs_(std::move(stubs)) {}
Client::~Client() = default;

const Options& Client::options() const { return stubs_->caller.options(); }

absl::Status Client::CheckToken() const { return stubs_->caller.CheckToken(); }

absl::StatusOr<v1::Firm> Client::CreateFirm(v1::CreateFirmRequest request) const {
  return stubs_->Store(stubs_->firms, &FirmService::Stub::CreateFirm, std::move(request));
}

absl::StatusOr<v1::Firm> Client::GetFirm(const std::string& name) const {
  return stubs_->Store(stubs_->firms, &FirmService::Stub::GetFirm, Named<v1::GetFirmRequest>(name));
}

Pages<v1::Firm> Client::ListFirms(v1::ListFirmsRequest request) const {
  return stubs_->List(stubs_->firms, &FirmService::Stub::ListFirms, std::move(request),
                      &v1::ListFirmsResponse::mutable_firms);
}

absl::StatusOr<v1::Firm> Client::UpdateFirm(v1::UpdateFirmRequest request) const {
  return stubs_->Store(stubs_->firms, &FirmService::Stub::UpdateFirm, std::move(request));
}

absl::StatusOr<v1::PracticeSystem> Client::GetPracticeSystem(const std::string& name) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::GetPracticeSystem,
                       Named<v1::GetPracticeSystemRequest>(name));
}

Pages<v1::PracticeSystem> Client::ListPracticeSystems(
    v1::ListPracticeSystemsRequest request) const {
  return stubs_->List(stubs_->add_ons, &AddOnService::Stub::ListPracticeSystems, std::move(request),
                      &v1::ListPracticeSystemsResponse::mutable_practice_systems);
}

absl::StatusOr<v1::AddOn> Client::CreateAddOn(v1::CreateAddOnRequest request) const {
  return stubs_->Practice(stubs_->add_ons, &AddOnService::Stub::CreateAddOn, std::move(request));
}

absl::StatusOr<v1::AddOn> Client::AuthoriseAddOn(v1::AuthoriseAddOnRequest request) const {
  return stubs_->Practice(stubs_->add_ons, &AddOnService::Stub::AuthoriseAddOn, std::move(request));
}

absl::StatusOr<v1::AddOn> Client::ReauthoriseAddOn(v1::ReauthoriseAddOnRequest request) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::ReauthoriseAddOn, std::move(request));
}

absl::StatusOr<v1::AddOn> Client::GetAddOn(const std::string& name) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::GetAddOn,
                       Named<v1::GetAddOnRequest>(name));
}

Pages<v1::AddOn> Client::ListAddOns(v1::ListAddOnsRequest request) const {
  return stubs_->List(stubs_->add_ons, &AddOnService::Stub::ListAddOns, std::move(request),
                      &v1::ListAddOnsResponse::mutable_add_ons);
}

absl::StatusOr<v1::AddOn> Client::UpdateAddOn(v1::UpdateAddOnRequest request) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::UpdateAddOn, std::move(request));
}

absl::StatusOr<v1::AddOn> Client::DeactivateAddOn(v1::DeactivateAddOnRequest request) const {
  return stubs_->Practice(stubs_->add_ons, &AddOnService::Stub::DeactivateAddOn,
                          std::move(request));
}

absl::StatusOr<v1::AddOn> Client::ResumeAddOnWrites(v1::ResumeAddOnWritesRequest request) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::ResumeAddOnWrites, std::move(request));
}

absl::Status Client::DeleteAddOn(v1::DeleteAddOnRequest request) const {
  return stubs_->Store(stubs_->add_ons, &AddOnService::Stub::DeleteAddOn, std::move(request))
      .status();
}

absl::StatusOr<v1::FieldRule> Client::GetFieldRule(const std::string& name) const {
  return stubs_->Store(stubs_->field_rules, &FieldRuleService::Stub::GetFieldRule,
                       Named<v1::GetFieldRuleRequest>(name));
}

Pages<v1::FieldRule> Client::ListFieldRules(v1::ListFieldRulesRequest request) const {
  return stubs_->List(stubs_->field_rules, &FieldRuleService::Stub::ListFieldRules,
                      std::move(request), &v1::ListFieldRulesResponse::mutable_field_rules);
}

absl::StatusOr<v1::FieldRule> Client::UpdateFieldRule(v1::UpdateFieldRuleRequest request) const {
  return stubs_->Store(stubs_->field_rules, &FieldRuleService::Stub::UpdateFieldRule,
                       std::move(request));
}

absl::Status Client::DeleteFieldRule(v1::DeleteFieldRuleRequest request) const {
  return stubs_
      ->Store(stubs_->field_rules, &FieldRuleService::Stub::DeleteFieldRule, std::move(request))
      .status();
}

absl::StatusOr<v1::Profile> Client::CreateProfile(v1::CreateProfileRequest request) const {
  return stubs_->Store(stubs_->profiles, &ProfileService::Stub::CreateProfile, std::move(request));
}

absl::StatusOr<v1::BatchCreateProfilesResponse> Client::BatchCreateProfiles(
    v1::BatchCreateProfilesRequest request) const {
  return stubs_->Store(stubs_->profiles, &ProfileService::Stub::BatchCreateProfiles,
                       std::move(request));
}

absl::StatusOr<v1::Profile> Client::GetProfile(const std::string& name) const {
  return stubs_->Store(stubs_->profiles, &ProfileService::Stub::GetProfile,
                       Named<v1::GetProfileRequest>(name));
}

Pages<v1::Profile> Client::ListProfiles(v1::ListProfilesRequest request) const {
  return stubs_->List(stubs_->profiles, &ProfileService::Stub::ListProfiles, std::move(request),
                      &v1::ListProfilesResponse::mutable_profiles);
}

absl::StatusOr<v1::Profile> Client::UpdateProfile(v1::UpdateProfileRequest request) const {
  return stubs_->Store(stubs_->profiles, &ProfileService::Stub::UpdateProfile, std::move(request));
}

absl::Status Client::DeleteProfile(v1::DeleteProfileRequest request) const {
  return stubs_->Store(stubs_->profiles, &ProfileService::Stub::DeleteProfile, std::move(request))
      .status();
}

Pages<v1::ProfileChange> Client::ListProfileChanges(v1::ListProfileChangesRequest request) const {
  return stubs_->List(stubs_->profiles, &ProfileService::Stub::ListProfileChanges,
                      std::move(request), &v1::ListProfileChangesResponse::mutable_profile_changes);
}

template <typename Metadata, typename Response>
absl::StatusOr<Response> Client::Finish(
    google::longrunning::Operation started,
    const std::function<void(const Metadata&)>& on_progress) const {
  ASSIGN_OR_RETURN(const auto done,
                   WaitForOperation(std::move(started), [&](const auto& operation) {
                     Metadata metadata;
                     if (on_progress && operation.metadata().UnpackTo(&metadata)) {
                       on_progress(metadata);
                     }
                   }));
  Response response;
  if (!done.response().UnpackTo(&response)) {
    return absl::InternalError(
        absl::StrCat(done.name(), " answered with no ", Response::descriptor()->name()));
  }
  return response;
}

absl::StatusOr<v1::ImportPracticeClientsResponse> Client::ImportPracticeClients(
    v1::ImportPracticeClientsRequest request,
    const std::function<void(const v1::ImportPracticeClientsMetadata&)>& on_progress) const {
  ASSIGN_OR_RETURN(auto started,
                   stubs_->Practice(stubs_->profiles, &ProfileService::Stub::ImportPracticeClients,
                                    std::move(request)));
  return Finish<v1::ImportPracticeClientsMetadata, v1::ImportPracticeClientsResponse>(
      std::move(started), on_progress);
}

absl::StatusOr<v1::ExportProfileResponse> Client::ExportProfile(
    v1::ExportProfileRequest request) const {
  ASSIGN_OR_RETURN(
      auto response,
      stubs_->Practice(stubs_->profiles, &ProfileService::Stub::ExportProfile, std::move(request)));
  RETURN_IF_ERROR(RequireDone(response.sync_operation()).status());
  return response;
}

absl::StatusOr<v1::Link> Client::CreateLink(v1::CreateLinkRequest request) const {
  return stubs_->Practice(stubs_->links, &LinkService::Stub::CreateLink, std::move(request));
}

absl::StatusOr<v1::Link> Client::GetLink(const std::string& name) const {
  return stubs_->Store(stubs_->links, &LinkService::Stub::GetLink, Named<v1::GetLinkRequest>(name));
}

Pages<v1::Link> Client::ListLinks(v1::ListLinksRequest request) const {
  return stubs_->List(stubs_->links, &LinkService::Stub::ListLinks, std::move(request),
                      &v1::ListLinksResponse::mutable_links);
}

absl::Status Client::DeleteLink(v1::DeleteLinkRequest request) const {
  return stubs_->Store(stubs_->links, &LinkService::Stub::DeleteLink, std::move(request)).status();
}

absl::StatusOr<v1::SearchPracticeClientsResponse> Client::SearchPracticeClients(
    v1::SearchPracticeClientsRequest request) const {
  return stubs_->Practice(stubs_->links, &LinkService::Stub::SearchPracticeClients,
                          std::move(request));
}

absl::StatusOr<v1::Diff> Client::GetDiff(const std::string& name) const {
  return stubs_->Store(stubs_->syncs, &SyncService::Stub::GetDiff, Named<v1::GetDiffRequest>(name));
}

absl::StatusOr<v1::ProfileDiffs> Client::GetProfileDiffs(const std::string& name) const {
  return stubs_->Store(stubs_->syncs, &SyncService::Stub::GetProfileDiffs,
                       Named<v1::GetProfileDiffsRequest>(name));
}

Pages<v1::Diff> Client::ListDifferingLinks(v1::ListDifferingLinksRequest request) const {
  return stubs_->List(stubs_->syncs, &SyncService::Stub::ListDifferingLinks, std::move(request),
                      &v1::ListDifferingLinksResponse::mutable_diffs);
}

absl::StatusOr<v1::ListDifferingLinksResponse> Client::CountDifferingLinks(
    v1::ListDifferingLinksRequest request) const {
  request.set_page_size(1);
  request.clear_page_token();
  ASSIGN_OR_RETURN(
      v1::ListDifferingLinksResponse response,
      stubs_->Store(stubs_->syncs, &SyncService::Stub::ListDifferingLinks, std::move(request)));
  response.clear_diffs();
  response.clear_next_page_token();
  return response;
}

absl::StatusOr<v1::SyncOperation> Client::SyncProfile(v1::SyncProfileRequest request) const {
  ASSIGN_OR_RETURN(auto operation, stubs_->Practice(stubs_->syncs, &SyncService::Stub::SyncProfile,
                                                    std::move(request)));
  return RequireDone(std::move(operation));
}

absl::StatusOr<v1::SyncOperation> Client::RevertSyncOperation(
    v1::RevertSyncOperationRequest request) const {
  ASSIGN_OR_RETURN(
      auto operation,
      stubs_->Practice(stubs_->syncs, &SyncService::Stub::RevertSyncOperation, std::move(request)));
  return RequireDone(std::move(operation));
}

absl::StatusOr<v1::SyncOperation> Client::RestoreSyncOperation(
    v1::RestoreSyncOperationRequest request) const {
  ASSIGN_OR_RETURN(auto operation,
                   stubs_->Practice(stubs_->syncs, &SyncService::Stub::RestoreSyncOperation,
                                    std::move(request)));
  return RequireDone(std::move(operation));
}

absl::StatusOr<v1::SyncOperation> Client::ResolveSyncOperation(
    v1::ResolveSyncOperationRequest request) const {
  return stubs_->Store(stubs_->syncs, &SyncService::Stub::ResolveSyncOperation, std::move(request));
}

absl::StatusOr<v1::Diff> Client::RefreshLink(v1::RefreshLinkRequest request) const {
  return stubs_->Practice(stubs_->syncs, &SyncService::Stub::RefreshLink, std::move(request));
}

absl::StatusOr<v1::SyncOperation> Client::GetSyncOperation(const std::string& name) const {
  return stubs_->Store(stubs_->syncs, &SyncService::Stub::GetSyncOperation,
                       Named<v1::GetSyncOperationRequest>(name));
}

Pages<v1::SyncOperation> Client::ListSyncOperations(v1::ListSyncOperationsRequest request) const {
  return stubs_->List(stubs_->syncs, &SyncService::Stub::ListSyncOperations, std::move(request),
                      &v1::ListSyncOperationsResponse::mutable_sync_operations);
}

absl::StatusOr<v1::FieldHistoryEntry> Client::GetFieldHistoryEntry(const std::string& name) const {
  return stubs_->Store(stubs_->syncs, &SyncService::Stub::GetFieldHistoryEntry,
                       Named<v1::GetFieldHistoryEntryRequest>(name));
}

Pages<v1::FieldHistoryEntry> Client::ListFieldHistoryEntries(
    v1::ListFieldHistoryEntriesRequest request) const {
  return stubs_->List(stubs_->syncs, &SyncService::Stub::ListFieldHistoryEntries,
                      std::move(request),
                      &v1::ListFieldHistoryEntriesResponse::mutable_field_history_entries);
}

absl::StatusOr<v1::RefreshFirmResponse> Client::RefreshFirm(
    v1::RefreshFirmRequest request,
    const std::function<void(const v1::RefreshFirmMetadata&)>& on_progress) const {
  ASSIGN_OR_RETURN(auto started, stubs_->Practice(stubs_->syncs, &SyncService::Stub::RefreshFirm,
                                                  std::move(request)));
  return Finish<v1::RefreshFirmMetadata, v1::RefreshFirmResponse>(std::move(started), on_progress);
}

absl::StatusOr<v1::ApplyFirmSuggestionsResponse> Client::ApplyFirmSuggestions(
    v1::ApplyFirmSuggestionsRequest request,
    const std::function<void(const v1::ApplyFirmSuggestionsMetadata&)>& on_progress) const {
  ASSIGN_OR_RETURN(auto started,
                   stubs_->Practice(stubs_->syncs, &SyncService::Stub::ApplyFirmSuggestions,
                                    std::move(request)));
  return Finish<v1::ApplyFirmSuggestionsMetadata, v1::ApplyFirmSuggestionsResponse>(
      std::move(started), on_progress);
}

absl::StatusOr<google::longrunning::Operation> Client::GetOperation(const std::string& name) const {
  return stubs_->Store(stubs_->operations, &Operations::Stub::GetOperation,
                       Named<google::longrunning::GetOperationRequest>(name));
}

Pages<google::longrunning::Operation> Client::ListOperations(
    google::longrunning::ListOperationsRequest request) const {
  return stubs_->List(stubs_->operations, &Operations::Stub::ListOperations, std::move(request),
                      &google::longrunning::ListOperationsResponse::mutable_operations);
}

absl::Status Client::CancelOperation(const std::string& name) const {
  return stubs_
      ->Store(stubs_->operations, &Operations::Stub::CancelOperation,
              Named<google::longrunning::CancelOperationRequest>(name))
      .status();
}

absl::Status Client::DeleteOperation(const std::string& name) const {
  return stubs_
      ->Store(stubs_->operations, &Operations::Stub::DeleteOperation,
              Named<google::longrunning::DeleteOperationRequest>(name))
      .status();
}

absl::StatusOr<google::longrunning::Operation> Client::WaitForOperation(
    google::longrunning::Operation operation,
    const std::function<void(const google::longrunning::Operation&)>& on_progress) const {
  const Timing& timing = stubs_->caller.timing();
  const absl::Time deadline = timing.now() + options().operation_timeout;
  absl::Duration wait = absl::Milliseconds(50);
  while (true) {
    if (on_progress) {
      on_progress(operation);
    }
    if (operation.has_error()) {
      return FromRpcStatus(operation.error());
    }
    if (operation.done()) {
      return operation;
    }
    if (timing.now() + wait >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("gave up waiting; the operation goes on as ", operation.name()));
    }
    timing.sleep(wait);
    wait = std::min(wait * 1.5, absl::Seconds(2));
    ASSIGN_OR_RETURN(operation, GetOperation(operation.name()));
  }
}

absl::Status Client::Call(const std::string& path, const std::string& request,
                          absl::Duration timeout,
                          const std::function<void(std::string)>& on_response) const {
  return stubs_->caller.CallRaw(path, request, timeout, on_response);
}

}  // namespace profilesync::client
