#include "server/sync/sync_intent.h"

#include <utility>

#include "common/status.h"
#include "server/model/link_sides.h"
#include "server/sync/operation.h"
#include "server/sync/sync_outcome.h"

namespace profilesync::sync {
namespace {

v1::SyncOperation NewOperation(const Environment& environment, const access::Call& call,
                               const IntentInput& input, const model::LinkState& state,
                               const SyncPlan& plan) {
  v1::SyncOperation operation;
  operation.set_kind(input.request.kind);
  operation.set_original_operation(input.request.original_operation);
  const bool stored = !input.request.validate_only;
  Describe(environment, state, stored, &operation);
  if (stored) {
    operation.set_state(plan.HasPush() ? v1::SyncOperation::PUSHING : v1::SyncOperation::PLANNED);
  }
  for (v1::FieldResult& result : plan.Results()) {
    *operation.add_field_results() = std::move(result);
  }
  operation.set_actor(call.caller.Actor());
  operation.set_request_id(input.request.request_id);
  operation.set_long_running_operation(input.request.long_operation);
  return operation;
}

store::SyncOperationRow NewRow(const Environment& environment, const access::Call& call,
                               const IntentInput& input, const model::LinkState& state,
                               const SyncPlan& plan) {
  store::SyncOperationRow row;
  row.operation = NewOperation(environment, call, input, state, plan);
  row.journal = plan.Journal(state, model::LinkSides(state, environment.etag_key));
  if (input.fetched) {
    row.journal.set_pre_image(input.fetched->document);
    *row.journal.mutable_pre_image_client() = input.fetched->client;
  }
  return row;
}

}  // namespace

absl::Status StoreIntent(const Environment& environment, const access::Call& call,
                         const IntentInput& input, store::Transaction& transaction,
                         Intent* intent) {
  ASSIGN_OR_RETURN(const auto recorded, input.request_id.Find(transaction));
  if (recorded) {
    ASSIGN_OR_RETURN(intent->answer, AnswerRepeated(transaction, *recorded));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto taken, TakeLinkOn(environment, input.link, input.add_on, input.start,
                                          input.fetched, transaction));
  if (!taken) {
    intent->overtaken = true;
    return absl::OkStatus();
  }
  model::LinkState state = *std::move(taken);
  SyncPlan plan = input.request.plan(state);
  if (!input.request.allow_partial) {
    intent->refusal = plan.Check(state);
    if (!intent->refusal.ok()) {
      return model::StoreLinkState(environment, transaction, state);
    }
  }
  if (input.request.validate_only) {
    intent->answer = NewOperation(environment, call, input, state, plan);
    return absl::OkStatus();
  }
  store::SyncOperationRow row = NewRow(environment, call, input, state, plan);
  ASSIGN_OR_RETURN(intent->lease_expiry,
                   BeginOperation(environment, input.request_id, transaction, &state, &row));
  if (!plan.HasPush()) {
    RETURN_IF_ERROR(StoreOutcome(environment, plan, /*push=*/nullptr, &row, transaction));
    intent->answer = std::move(row.operation);
    return absl::OkStatus();
  }
  intent->plan = std::move(plan);
  intent->state = std::move(state);
  intent->row = std::move(row);
  return absl::OkStatus();
}

}  // namespace profilesync::sync
