#include "server/sync/operation.h"

#include <utility>

#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/operation_history.h"
#include "server/store/leases.h"
#include "server/sync/write_guard.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

constexpr absl::Duration kAskAgain = absl::Seconds(1);

absl::Status StillRunning(const std::string& operation, const std::string& what) {
  return WithRetryAfter(MakeError(absl::StatusCode::kAborted, v1::STILL_RUNNING,
                                  what + " is still running", {{"operation", operation}}),
                        kAskAgain);
}

// OK unless something on the link is in the way of a new operation.
absl::Status CheckFree(const model::LinkState& state, std::int64_t write_sequence) {
  if (state.unfinished) {
    const std::string& name = state.unfinished->name();
    if (state.unfinished->state() == v1::SyncOperation::PLANNED ||
        state.unfinished->state() == v1::SyncOperation::PUSHING) {
      return StillRunning(name, "sync operation " + name);
    }
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                     "the outcome of sync operation " + name + " isn't known yet",
                     {{"operation", name}});
  }
  if (state.link.write_sequence != write_sequence) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     "another operation wrote the link meanwhile",
                     {{"resource", state.link.link.name()}});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<model::LinkState>> TakeLinkOn(
    const Environment& environment, const std::string& link, const v1::AddOn& add_on,
    const model::FetchStart& start, const std::optional<connector::FetchedClient>& fetched,
    store::Transaction& transaction) {
  ASSIGN_OR_RETURN(store::LinkRow row, verb::FindLink(transaction, link));
  RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on, transaction));
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(row)));
  RETURN_IF_ERROR(CheckFree(state, start.write_sequence));
  if (fetched) {
    if (!model::MayStore(state, start, environment.clock.Now())) {
      return std::nullopt;
    }
    model::ApplyFetch(fetched->client, start.time, &state);
  }
  return state;
}

void Describe(const Environment& environment, const model::LinkState& state, bool stored,
              v1::SyncOperation* operation) {
  if (stored) {
    operation->set_name(SyncOperationName(state.firm_id, environment.ids.NewId()));
    *operation->mutable_create_time() = ToProto(environment.clock.Now());
  }
  operation->set_profile(state.link.link.profile());
  operation->set_link(state.link.link.name());
  operation->set_add_on(state.link.link.add_on());
  operation->set_practice_client_id(state.link.link.practice_client_id());
}

absl::StatusOr<absl::Time> BeginOperation(const Environment& environment,
                                          const verb::RequestId& request_id,
                                          store::Transaction& transaction, model::LinkState* state,
                                          store::SyncOperationRow* row) {
  const std::string id(LastId(row->operation.name()));
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(const store::Lease lease,
                   transaction.AcquireLease(store::LinkLeaseKey(row->operation.link()), id, now,
                                            now + store::kWriteLease));
  row->fence = lease.fence;
  if (state->connector != nullptr) {
    row->journal.mutable_shown_within()->set_seconds(
        absl::ToInt64Seconds(state->connector->Describe().writes_shown_within));
  }
  RETURN_IF_ERROR(transaction.PutSyncOperation(*row));
  RETURN_IF_ERROR(request_id.RecordOperation(transaction, row->operation.name()));
  state->unfinished = row->operation;
  state->link.unfinished_operation = id;
  ++state->link.write_sequence;
  RETURN_IF_ERROR(model::StoreLinkState(environment, transaction, *state));
  return lease.expiry;
}

absl::Status EndOperation(const Environment& environment, store::Transaction& transaction,
                          model::LinkState* state, store::SyncOperationRow* row) {
  v1::SyncOperation& operation = row->operation;
  operation.set_state(StateOf(operation.field_results()));
  const absl::Time now = environment.clock.Now();
  const bool finished = operation.state() != v1::SyncOperation::UNKNOWN;
  if (finished) {
    *operation.mutable_finish_time() = ToProto(now);
    state->link.unfinished_operation.clear();
  } else {
    *row->journal.mutable_write_over_time() = ToProto(now);
  }
  ++state->link.write_sequence;
  state->unfinished = finished ? std::nullopt : std::make_optional(operation);
  ASSIGN_OR_RETURN(const store::SyncOperationRow before,
                   verb::FindSyncOperation(transaction, operation.name()));
  RETURN_IF_ERROR(model::AppendHistory(operation, &before.operation, now, transaction));
  RETURN_IF_ERROR(transaction.PutSyncOperation(*row));
  RETURN_IF_ERROR(verb::FreeRequestId(operation, transaction));
  // The link is stored with its operation settled before all links of the profile are restated.
  RETURN_IF_ERROR(transaction.PutLink(state->link));
  if (state->snapshot) {
    RETURN_IF_ERROR(
        transaction.PutSnapshot(state->firm_id, LastId(operation.link()), *state->snapshot));
  }
  RETURN_IF_ERROR(model::RestateLinks(environment, transaction, state->firm_id,
                                      {.profile_id = std::string(LastId(operation.profile()))}));
  if (before.operation.unasked_changes().empty()) {  // else it was guarded against already
    RETURN_IF_ERROR(GuardWrites(environment, operation, transaction));
  }
  return transaction.ReleaseLease(store::LinkLeaseKey(operation.link()), row->fence);
}

absl::StatusOr<v1::SyncOperation> AnswerRepeated(const store::Reader& reader,
                                                 const store::RequestRow& recorded) {
  ASSIGN_OR_RETURN(
      auto row, reader.FindSyncOperation(FirmOf(recorded.operation), LastId(recorded.operation)));
  if (!row) {
    return absl::InternalError("a recorded request names an operation that isn't there");
  }
  if (row->operation.state() == v1::SyncOperation::PLANNED ||
      row->operation.state() == v1::SyncOperation::PUSHING) {
    return StillRunning(recorded.operation, "the request");
  }
  return std::move(row->operation);
}

v1::SyncOperation::State StateOf(
    const google::protobuf::RepeatedPtrField<v1::FieldResult>& results) {
  bool written = false;
  bool missed = false;
  for (const v1::FieldResult& result : results) {
    switch (result.outcome()) {
      case v1::FieldResult::UNKNOWN:
        return v1::SyncOperation::UNKNOWN;
      case v1::FieldResult::APPLIED:
      case v1::FieldResult::COERCED:
        written = true;
        break;
      case v1::FieldResult::UNCHANGED:
        break;
      default:
        missed = true;
    }
  }
  if (!missed) {
    return v1::SyncOperation::DONE;
  }
  return written ? v1::SyncOperation::PARTLY_DONE : v1::SyncOperation::FAILED;
}

}  // namespace profilesync::sync
