#include "server/sync/resolve_sync_operation.h"

#include <string>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/store/leases.h"
#include "server/sync/operation.h"
#include "server/sync/read_back.h"
#include "server/verb/check.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

using Request = v1::ResolveSyncOperationRequest;

constexpr std::size_t kLongestNote = 1000;
// How long the last read may take.
constexpr absl::Duration kForReads = absl::Minutes(1);

absl::Status Check(const Request& request) {
  Violations violations;
  if (request.resolution() != Request::APPLIED && request.resolution() != Request::NOT_APPLIED) {
    violations.Add("resolution", "must be APPLIED or NOT_APPLIED");
  }
  verb::CheckText("note", request.note(), kLongestNote, /*required=*/true, &violations);
  return violations.ToStatus();
}

// Also one that is UNKNOWN still, once reads had time to settle it: where nothing can be read any
// more, a person is all that is left.
absl::Status CheckNeedsAttention(const store::SyncOperationRow& row, absl::Time now) {
  const v1::SyncOperation& operation = row.operation;
  const absl::Time over = FromProto(row.journal.write_over_time());
  const bool overdue =
      operation.state() == v1::SyncOperation::UNKNOWN &&
      (now >= over + ReadBackTimes().second + kForReads || IsYetToCome(row.journal, now));
  if (operation.state() == v1::SyncOperation::NEEDS_ATTENTION || overdue) {
    return absl::OkStatus();
  }
  const std::string& state = v1::SyncOperation::State_Name(operation.state());
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::NO_ATTENTION_NEEDED,
                   operation.name() + " is " + state + " and doesn't need attention",
                   {{"state", state}});
}

// Ends an operation that holds a link.
absl::Status EndOnLink(const Environment& environment, absl::Time now, store::SyncOperationRow* row,
                       store::Transaction& transaction) {
  const std::string& name = row->operation.name();
  ASSIGN_OR_RETURN(
      const store::Lease lease,
      transaction.AcquireLease(store::LinkLeaseKey(row->operation.link()),
                               std::string(LastId(name)), now, now + store::kMomentaryLease));
  row->fence = lease.fence;
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, row->operation.link()));
  link.refresh_due = now;
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  return EndOperation(environment, transaction, &state, row);
}

}  // namespace

absl::StatusOr<v1::SyncOperation> ResolveSyncOperation(const Environment& environment,
                                                       const access::Call& call,
                                                       const Request& request,
                                                       store::Transaction& transaction) {
  RETURN_IF_ERROR(Check(request));
  ASSIGN_OR_RETURN(store::SyncOperationRow row,
                   verb::FindSyncOperation(transaction, request.name()));
  RETURN_IF_ERROR(CheckNeedsAttention(row, environment.clock.Now()));
  for (v1::FieldResult& result : *row.operation.mutable_field_results()) {
    if (result.outcome() == v1::FieldResult::UNKNOWN) {
      result.set_outcome(request.resolution() == Request::APPLIED ? v1::FieldResult::APPLIED
                                                                  : v1::FieldResult::NOT_APPLIED);
      result.set_message("as " + call.caller.Actor() + " found");
    }
  }
  row.operation.set_resolution_note(request.note());
  if (!row.operation.link().empty()) {
    RETURN_IF_ERROR(EndOnLink(environment, call.now, &row, transaction));
    RETURN_IF_ERROR(Failpoint("resolve.in_outcome"));
    return std::move(row.operation);
  }
  row.operation.set_state(StateOf(row.operation.field_results()));
  *row.operation.mutable_finish_time() = ToProto(call.now);
  RETURN_IF_ERROR(transaction.PutSyncOperation(row));
  RETURN_IF_ERROR(verb::FreeRequestId(row.operation, transaction));
  RETURN_IF_ERROR(Failpoint("resolve.in_outcome"));
  return std::move(row.operation);
}

}  // namespace profilesync::sync
