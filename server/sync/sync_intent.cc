#include "server/sync/sync_intent.h"

#include <utility>

#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/fetch.h"
#include "server/sync/sync_outcome.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

// Long enough for the wait for a write's turn, the write and its read-back (push.h): who holds the
// lease may still be writing.
constexpr absl::Duration kLeaseTime = absl::Minutes(2);
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

v1::SyncOperation NewOperation(const Environment& environment, const access::Call& call,
                               const IntentInput& input, const model::LinkState& state,
                               const SyncPlan& plan) {
  v1::SyncOperation operation;
  operation.set_kind(v1::SyncOperation::SYNC);
  if (!input.request.validate_only()) {
    operation.set_name(SyncOperationName(state.firm_id, environment.ids.NewId()));
    operation.set_state(plan.HasPush() ? v1::SyncOperation::PUSHING : v1::SyncOperation::PLANNED);
    *operation.mutable_create_time() = ToProto(environment.clock.Now());
  }
  operation.set_profile(state.link.link.profile());
  operation.set_link(state.link.link.name());
  operation.set_add_on(state.link.link.add_on());
  operation.set_practice_client_id(state.link.link.practice_client_id());
  for (v1::FieldResult& result : plan.Results()) {
    *operation.add_field_results() = std::move(result);
  }
  operation.set_actor(call.caller.Actor());
  operation.set_request_id(input.request.request_id());
  return operation;
}

// Stores operation, lease and link; the link's fields are PENDING from here on.
absl::StatusOr<store::Lease> StoreOperation(const Environment& environment,
                                            const IntentInput& input, const SyncPlan& plan,
                                            store::Transaction& transaction,
                                            model::LinkState* state, store::SyncOperationRow* row) {
  const std::string id(LastId(row->operation.name()));
  const absl::Time now = environment.clock.Now();
  ASSIGN_OR_RETURN(
      const store::Lease lease,
      transaction.AcquireLease(store::LinkLeaseKey(input.link), id, now, now + kLeaseTime));
  row->fence = lease.fence;
  row->journal = plan.Journal(*state, model::LinkSides(*state, environment.etag_key));
  if (input.fetched) {
    row->journal.set_pre_image(input.fetched->document);
    *row->journal.mutable_pre_image_client() = input.fetched->client;
  }
  RETURN_IF_ERROR(transaction.PutSyncOperation(*row));
  RETURN_IF_ERROR(input.request_id.RecordOperation(transaction, row->operation.name()));
  state->unfinished = row->operation;
  state->link.unfinished_operation = id;
  ++state->link.write_sequence;
  RETURN_IF_ERROR(model::StoreLinkState(environment, transaction, *state));
  return lease;
}

}  // namespace

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

absl::Status StoreIntent(const Environment& environment, const access::Call& call,
                         const IntentInput& input, store::Transaction& transaction,
                         Intent* intent) {
  ASSIGN_OR_RETURN(const auto recorded, input.request_id.Find(transaction));
  if (recorded) {
    ASSIGN_OR_RETURN(intent->answer, AnswerRepeated(transaction, *recorded));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, input.link));
  RETURN_IF_ERROR(verb::FindActiveAddOn(transaction, link.link.add_on()).status());
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  RETURN_IF_ERROR(CheckFree(state, input.start.write_sequence));
  if (input.fetched) {
    if (!model::MayStore(state, input.start, environment.clock.Now())) {
      intent->overtaken = true;
      return absl::OkStatus();
    }
    model::ApplyFetch(input.fetched->client, input.start.time, &state);
  }
  SyncPlan plan(input.request, state, environment.etag_key);
  if (!input.request.allow_partial()) {
    intent->refusal = plan.Check(state);
    if (!intent->refusal.ok()) {
      return model::StoreLinkState(environment, transaction, state);
    }
  }
  store::SyncOperationRow row;
  row.operation = NewOperation(environment, call, input, state, plan);
  if (input.request.validate_only()) {
    intent->answer = std::move(row.operation);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const store::Lease lease,
                   StoreOperation(environment, input, plan, transaction, &state, &row));
  if (!plan.HasPush()) {
    ASSIGN_OR_RETURN(intent->answer, StoreOutcome(environment, call, plan, /*push=*/nullptr,
                                                  std::move(row), transaction));
    return absl::OkStatus();
  }
  intent->plan = std::move(plan);
  intent->state = std::move(state);
  intent->row = std::move(row);
  intent->lease_expiry = lease.expiry;
  return absl::OkStatus();
}

}  // namespace profilesync::sync
