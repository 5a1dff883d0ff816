#pragma once

#include "profilesync/v1/sync_service.grpc.pb.h"
#include "server/rpc/roles.h"
#include "server/rpc/stream.h"
#include "server/rpc/unary.h"
#include "server/sync/apply_firm_suggestions.h"
#include "server/sync/apply_link_suggestions.h"
#include "server/sync/get_diff.h"
#include "server/sync/get_field_history_entry.h"
#include "server/sync/get_profile_diffs.h"
#include "server/sync/get_sync_operation.h"
#include "server/sync/list_differing_links.h"
#include "server/sync/list_field_history_entries.h"
#include "server/sync/list_sync_operations.h"
#include "server/sync/refresh_firm.h"
#include "server/sync/refresh_link.h"
#include "server/sync/resolve_sync_operation.h"
#include "server/sync/restore_sync_operation.h"
#include "server/sync/revert_sync_operation.h"
#include "server/sync/sync_profile.h"

namespace profilesync::rpc {

// The callback API, with GetDiff taking and giving bytes.
using SyncCallbacks =
    v1::SyncService::WithRawCallbackMethod_GetDiff<v1::SyncService::CallbackService>;

// SyncService: what each method needs and which verb it runs.
class SyncService final : public SyncCallbacks {
 public:
  SyncService(const Unary& unary, const Streams& streams) : unary_(unary), streams_(streams) {}

  Reactor* GetDiff(Context* c, const grpc::ByteBuffer* q, grpc::ByteBuffer* r) override {
    return unary_.Bytes<v1::GetDiffRequest>(c, q, r, kViewer, sync::GetDiff);
  }
  Reactor* GetProfileDiffs(Context* c, const v1::GetProfileDiffsRequest* q,
                           v1::ProfileDiffs* r) override {
    return unary_.Read(c, q, r, kViewer, sync::GetProfileDiffs);
  }
  Reactor* ListDifferingLinks(Context* c, const v1::ListDifferingLinksRequest* q,
                              v1::ListDifferingLinksResponse* r) override {
    return unary_.Read(c, q, r, kViewer, sync::ListDifferingLinks);
  }
  Reactor* SyncProfile(Context* c, const v1::SyncProfileRequest* q, v1::SyncOperation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::SyncProfile, sync::CheckSyncProfile);
  }
  Reactor* ApplyLinkSuggestions(Context* c, const v1::ApplyLinkSuggestionsRequest* q,
                                v1::SyncOperation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::ApplyLinkSuggestions,
                           sync::CheckApplyLinkSuggestions);
  }
  Reactor* ApplyFirmSuggestions(Context* c, const v1::ApplyFirmSuggestionsRequest* q,
                                google::longrunning::Operation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::ApplyFirmSuggestions,
                           sync::CheckApplyFirmSuggestions);
  }
  Reactor* RefreshLink(Context* c, const v1::RefreshLinkRequest* q, v1::Diff* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::RefreshLink);
  }
  Reactor* RefreshFirm(Context* c, const v1::RefreshFirmRequest* q,
                       google::longrunning::Operation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::RefreshFirm);
  }
  grpc::ServerWriteReactor<v1::WatchDiffsResponse>* WatchDiffs(
      Context* c, const v1::WatchDiffsRequest* q) override {
    return streams_.NotYet<v1::WatchDiffsResponse>(c, q, kViewer);
  }
  Reactor* GetSyncOperation(Context* c, const v1::GetSyncOperationRequest* q,
                            v1::SyncOperation* r) override {
    return unary_.Read(c, q, r, kViewer, sync::GetSyncOperation);
  }
  Reactor* ListSyncOperations(Context* c, const v1::ListSyncOperationsRequest* q,
                              v1::ListSyncOperationsResponse* r) override {
    return unary_.Read(c, q, r, kViewer, sync::ListSyncOperations);
  }
  Reactor* GetFieldHistoryEntry(Context* c, const v1::GetFieldHistoryEntryRequest* q,
                                v1::FieldHistoryEntry* r) override {
    return unary_.Read(c, q, r, kViewer, sync::GetFieldHistoryEntry);
  }
  Reactor* ListFieldHistoryEntries(Context* c, const v1::ListFieldHistoryEntriesRequest* q,
                                   v1::ListFieldHistoryEntriesResponse* r) override {
    return unary_.Read(c, q, r, kViewer, sync::ListFieldHistoryEntries);
  }
  Reactor* RevertSyncOperation(Context* c, const v1::RevertSyncOperationRequest* q,
                               v1::SyncOperation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::RevertSyncOperation);
  }
  Reactor* RestoreSyncOperation(Context* c, const v1::RestoreSyncOperationRequest* q,
                                v1::SyncOperation* r) override {
    return unary_.Practice(c, q, r, kEditor, sync::RestoreSyncOperation);
  }
  Reactor* ResolveSyncOperation(Context* c, const v1::ResolveSyncOperationRequest* q,
                                v1::SyncOperation* r) override {
    return unary_.Write(c, q, r, kFirmAdministrator, sync::ResolveSyncOperation);
  }

 private:
  const Unary& unary_;
  const Streams& streams_;
};

}  // namespace profilesync::rpc
