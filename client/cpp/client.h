#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/error.h"
#include "client/cpp/options.h"
#include "client/cpp/pages.h"
#include "google/longrunning/operations.pb.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "profilesync/v1/field_rule_service.pb.h"
#include "profilesync/v1/firm_service.pb.h"
#include "profilesync/v1/link_service.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "profilesync/v1/sync_service.pb.h"

namespace profilesync::client {

// A connection to a profilesync server. Thread-safe; one serves a whole program.
//
// Its methods are those of the API, named alike, and block. Each has a deadline (options.h), is
// repeated when the server (not the practice system) is UNAVAILABLE, and bears a request_id, made
// before the first attempt, so that a change is made once however often it is asked for. What a
// method answers besides the errors that its proto names: DEADLINE_EXCEEDED, UNAVAILABLE,
// UNAUTHENTICATED, PERMISSION_DENIED, and FAILED_PRECONDITION when the token file can't be used.
// See error.h for reading an error.
class Client {
 public:
  // Doesn't wait for the connection. INVALID_ARGUMENT when the options can't be used.
  static absl::StatusOr<std::unique_ptr<Client>> Connect(Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  const Options& options() const;

  // Reads the token file, which each call does too: FAILED_PRECONDITION when it can't be used. For
  // who wants to know before the first call.
  absl::Status CheckToken() const;

  // Firms.
  absl::StatusOr<v1::Firm> CreateFirm(v1::CreateFirmRequest request) const;
  absl::StatusOr<v1::Firm> GetFirm(const std::string& name) const;
  Pages<v1::Firm> ListFirms(v1::ListFirmsRequest request = {}) const;
  absl::StatusOr<v1::Firm> UpdateFirm(v1::UpdateFirmRequest request) const;

  // Add-ons.
  absl::StatusOr<v1::PracticeSystem> GetPracticeSystem(const std::string& name) const;
  Pages<v1::PracticeSystem> ListPracticeSystems(v1::ListPracticeSystemsRequest request = {}) const;
  absl::StatusOr<v1::AddOn> CreateAddOn(v1::CreateAddOnRequest request) const;
  absl::StatusOr<v1::AddOn> AuthoriseAddOn(v1::AuthoriseAddOnRequest request) const;
  absl::StatusOr<v1::AddOn> ReauthoriseAddOn(v1::ReauthoriseAddOnRequest request) const;
  absl::StatusOr<v1::AddOn> GetAddOn(const std::string& name) const;
  Pages<v1::AddOn> ListAddOns(v1::ListAddOnsRequest request) const;
  absl::StatusOr<v1::AddOn> UpdateAddOn(v1::UpdateAddOnRequest request) const;
  absl::StatusOr<v1::AddOn> DeactivateAddOn(v1::DeactivateAddOnRequest request) const;
  absl::StatusOr<v1::AddOn> ResumeAddOnWrites(v1::ResumeAddOnWritesRequest request) const;
  absl::Status DeleteAddOn(v1::DeleteAddOnRequest request) const;

  // Field rules.
  absl::StatusOr<v1::FieldRule> GetFieldRule(const std::string& name) const;
  Pages<v1::FieldRule> ListFieldRules(v1::ListFieldRulesRequest request) const;
  absl::StatusOr<v1::FieldRule> UpdateFieldRule(v1::UpdateFieldRuleRequest request) const;
  absl::Status DeleteFieldRule(v1::DeleteFieldRuleRequest request) const;

  // Profiles.
  absl::StatusOr<v1::Profile> CreateProfile(v1::CreateProfileRequest request) const;
  absl::StatusOr<v1::BatchCreateProfilesResponse> BatchCreateProfiles(
      v1::BatchCreateProfilesRequest request) const;
  absl::StatusOr<v1::Profile> GetProfile(const std::string& name) const;
  Pages<v1::Profile> ListProfiles(v1::ListProfilesRequest request) const;
  absl::StatusOr<v1::Profile> UpdateProfile(v1::UpdateProfileRequest request) const;
  absl::Status DeleteProfile(v1::DeleteProfileRequest request) const;
  Pages<v1::ProfileChange> ListProfileChanges(v1::ListProfileChangesRequest request) const;
  // Waits for the import's end. `on_progress`, when given, is called in this thread.
  absl::StatusOr<v1::ImportPracticeClientsResponse> ImportPracticeClients(
      v1::ImportPracticeClientsRequest request,
      const std::function<void(const v1::ImportPracticeClientsMetadata&)>& on_progress = {}) const;
  // An error, with the operation attached (SyncOperationOf), unless the operation is DONE, was only
  // validated, or is none: possible duplicates stopped it.
  absl::StatusOr<v1::ExportProfileResponse> ExportProfile(v1::ExportProfileRequest request) const;

  // Links.
  absl::StatusOr<v1::Link> CreateLink(v1::CreateLinkRequest request) const;
  absl::StatusOr<v1::Link> GetLink(const std::string& name) const;
  Pages<v1::Link> ListLinks(v1::ListLinksRequest request) const;
  absl::Status DeleteLink(v1::DeleteLinkRequest request) const;
  // One page, and not Pages: each costs calls of the practice system's budget.
  absl::StatusOr<v1::SearchPracticeClientsResponse> SearchPracticeClients(
      v1::SearchPracticeClientsRequest request) const;

  // Diffs and syncs.
  absl::StatusOr<v1::Diff> GetDiff(const std::string& name) const;
  absl::StatusOr<v1::ProfileDiffs> GetProfileDiffs(const std::string& name) const;
  Pages<v1::Diff> ListDifferingLinks(v1::ListDifferingLinksRequest request) const;
  // The same list's total_size and counts, without its links.
  absl::StatusOr<v1::ListDifferingLinksResponse> CountDifferingLinks(
      v1::ListDifferingLinksRequest request) const;
  // An error, with the operation attached (SyncOperationOf), unless the operation is DONE or was
  // only validated.
  absl::StatusOr<v1::SyncOperation> SyncProfile(v1::SyncProfileRequest request) const;
  // As SyncProfile.
  absl::StatusOr<v1::SyncOperation> RevertSyncOperation(
      v1::RevertSyncOperationRequest request) const;
  // As SyncProfile.
  absl::StatusOr<v1::SyncOperation> RestoreSyncOperation(
      v1::RestoreSyncOperationRequest request) const;
  // The operation as it is from now on: FAILED, where the write was not applied, is no error here.
  absl::StatusOr<v1::SyncOperation> ResolveSyncOperation(
      v1::ResolveSyncOperationRequest request) const;
  absl::StatusOr<v1::Diff> RefreshLink(v1::RefreshLinkRequest request) const;
  // Waits for the refresh's end. `on_progress`, when given, is called in this thread.
  absl::StatusOr<v1::RefreshFirmResponse> RefreshFirm(
      v1::RefreshFirmRequest request,
      const std::function<void(const v1::RefreshFirmMetadata&)>& on_progress = {}) const;
  // The same; with validate_only at once. The response tells what stopped it, if anything did.
  absl::StatusOr<v1::ApplyFirmSuggestionsResponse> ApplyFirmSuggestions(
      v1::ApplyFirmSuggestionsRequest request,
      const std::function<void(const v1::ApplyFirmSuggestionsMetadata&)>& on_progress = {}) const;
  absl::StatusOr<v1::SyncOperation> GetSyncOperation(const std::string& name) const;
  Pages<v1::SyncOperation> ListSyncOperations(v1::ListSyncOperationsRequest request) const;
  absl::StatusOr<v1::FieldHistoryEntry> GetFieldHistoryEntry(const std::string& name) const;
  Pages<v1::FieldHistoryEntry> ListFieldHistoryEntries(
      v1::ListFieldHistoryEntriesRequest request) const;

  // Long-running operations.
  absl::StatusOr<google::longrunning::Operation> GetOperation(const std::string& name) const;
  Pages<google::longrunning::Operation> ListOperations(
      google::longrunning::ListOperationsRequest request) const;
  absl::Status CancelOperation(const std::string& name) const;
  absl::Status DeleteOperation(const std::string& name) const;
  // Waits until a long-running operation is done: the operation, or its error. Asks again every 50
  // ms at first, then ever more rarely, down to every 2 s. `on_progress` sees every answer.
  absl::StatusOr<google::longrunning::Operation> WaitForOperation(
      google::longrunning::Operation operation,
      const std::function<void(const google::longrunning::Operation&)>& on_progress = {}) const;

  // Any method, by its path "/package.Service/Method", with a serialized request; `on_response`
  // gets each serialized answer. A request_id is for the caller to set (request_id.h).
  absl::Status Call(const std::string& path, const std::string& request, absl::Duration timeout,
                    const std::function<void(std::string)>& on_response) const;

 private:
  // Waits for the end of what was started: its response, or its error.
  template <typename Metadata, typename Response>
  absl::StatusOr<Response> Finish(google::longrunning::Operation started,
                                  const std::function<void(const Metadata&)>& on_progress) const;

  struct Stubs;
  explicit Client(std::unique_ptr<Stubs> stubs);

  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace profilesync::client
