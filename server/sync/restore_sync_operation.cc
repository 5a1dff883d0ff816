#include "server/sync/restore_sync_operation.h"

#include <optional>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/status.h"
#include "server/model/guarded_budget.h"
#include "server/model/link_state.h"
#include "server/model/snapshot.h"
#include "server/model/write_until.h"
#include "server/store/leases.h"
#include "server/sync/fresh_read.h"
#include "server/sync/operation.h"
#include "server/sync/original.h"
#include "server/sync/push.h"
#include "server/sync/restore_plan.h"
#include "server/sync/sync_outcome.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

// What came of storing the intent: an answer, a fetch that came too late, or a write to be made.
struct RestoreIntent {
  std::optional<v1::SyncOperation> answer;
  bool overtaken = false;
  std::optional<RestorePlan> plan;
  model::LinkState state;
  store::SyncOperationRow row;
  absl::Time lease_expiry;
};

absl::Status CheckRestorable(const store::SyncOperationRow& row) {
  const std::string& name = row.operation.name();
  RETURN_IF_ERROR(CheckFinished(row.operation));
  if (row.journal.pre_image().empty() || row.journal.post_image().empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::NOTHING_TO_RESTORE,
                     name +
                         " wrote nothing to the practice client, or what the client was before is "
                         "no longer kept",
                     {{"operation", name}});
  }
  return absl::OkStatus();
}

v1::SyncOperation NewOperation(const Environment& environment, const access::Call& call,
                               const v1::RestoreSyncOperationRequest& request,
                               const model::LinkState& state, const RestorePlan& plan) {
  v1::SyncOperation operation;
  operation.set_kind(v1::SyncOperation::RESTORE);
  const bool stored = !request.validate_only();
  Describe(environment, state, stored, &operation);
  if (stored) {
    operation.set_state(plan.HasWrite() ? v1::SyncOperation::PUSHING : v1::SyncOperation::PLANNED);
  }
  for (v1::FieldResult& result : plan.Results()) {
    *operation.add_field_results() = std::move(result);
  }
  operation.set_actor(call.caller.Actor());
  operation.set_request_id(request.request_id());
  operation.set_original_operation(request.name());
  return operation;
}

absl::Status CheckClient(const type::PracticeClient& client) {
  return client.state() == type::PracticeClient::ARCHIVED ||
                 client.state() == type::PracticeClient::DELETED
             ? MakeError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                         "the practice client is archived or deleted",
                         {{"practice_client_id", client.id()}})
             : absl::OkStatus();
}

absl::Status StoreIntent(const Environment& environment, const access::Call& call,
                         const v1::RestoreSyncOperationRequest& request,
                         const verb::RequestId& request_id, const Original& start,
                         const model::FetchStart& fetch, const connector::FetchedClient& fetched,
                         store::Transaction& transaction, RestoreIntent* intent) {
  ASSIGN_OR_RETURN(const auto recorded, request_id.Find(transaction));
  if (recorded) {
    ASSIGN_OR_RETURN(intent->answer, AnswerRepeated(transaction, *recorded));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto taken, TakeLinkOn(environment, start.state.link.link.name(),
                                          start.state.add_on, fetch, fetched, transaction));
  intent->overtaken = !taken;
  if (intent->overtaken) {
    return absl::OkStatus();
  }
  intent->state = *std::move(taken);
  ASSIGN_OR_RETURN(intent->plan, RestorePlan::Make(intent->state, start.row.journal, fetched));
  intent->row.operation = NewOperation(environment, call, request, intent->state, *intent->plan);
  if (request.validate_only()) {
    intent->answer = intent->row.operation;
    return absl::OkStatus();
  }
  intent->row.journal = intent->plan->Journal(intent->state);
  ASSIGN_OR_RETURN(intent->lease_expiry, BeginOperation(environment, request_id, transaction,
                                                        &intent->state, &intent->row));
  if (!intent->plan->HasWrite()) {
    RETURN_IF_ERROR(EndOperation(environment, transaction, &intent->state, &intent->row));
    intent->answer = intent->row.operation;
  }
  return absl::OkStatus();
}

// Reads the client anew and stores the intent.
absl::StatusOr<RestoreIntent> ReadAndIntend(const Environment& environment,
                                            const access::Call& call,
                                            const v1::RestoreSyncOperationRequest& request,
                                            const verb::RequestId& request_id,
                                            const Original& start) {
  const model::FetchStart fetch{.time = environment.clock.Now(),
                                .write_sequence = start.state.link.write_sequence};
  ASSIGN_OR_RETURN(const connector::FetchedClient fetched,
                   ReadAnew(environment, call, start.state));
  RETURN_IF_ERROR(CheckClient(fetched.client));
  // The last chance: from the intent on neither counts any more.
  RETURN_IF_ERROR(access::CheckAlive(call, environment.clock.Now()));
  RestoreIntent intent;
  const absl::Status stored =
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        intent = RestoreIntent();
        RETURN_IF_ERROR(StoreIntent(environment, call, request, request_id, start, fetch, fetched,
                                    transaction, &intent));
        RETURN_IF_ERROR(Failpoint("sync.in_intent"));
        // An error undoes the transaction; this one is caught below.
        return request.validate_only() ? absl::CancelledError() : absl::OkStatus();
      });
  if (!(request.validate_only() && absl::IsCancelled(stored))) {
    RETURN_IF_ERROR(stored);
  }
  return intent;
}

PushResult Write(const Environment& environment, const RestoreIntent& intent) {
  connector::Connector* const connector = model::ConnectorOf(environment, intent.state.add_on);
  const RestorePlan& plan = *intent.plan;
  connector::Tenant guarded = intent.state.tenant;
  guarded.budget = model::WhileHeld(
      environment, {store::LinkLeaseKey(intent.state.link.link.name()), intent.row.fence},
      std::move(guarded.budget));
  const ClientWrite write{
      .send =
          [&](const auto& options) { return connector->Restore(guarded, plan.request(), options); },
      .evidence = [&](const auto& after) { return plan.EvidenceIn(intent.state, after); },
      .other_changes =
          [&](const auto& after) {
            return connector->RestoreOtherChanges(intent.state.tenant, plan.request(), after);
          },
      .doubtful =
          [&](const auto& written) {
            return TellsOfHarm(plan.Written(), plan.request().now, written) ||
                   plan.MissesIn(intent.state, written.after);
          }};
  return SendOnce(environment, *connector, intent.state, write, intent.lease_expiry);
}

}  // namespace

absl::StatusOr<v1::SyncOperation> RestoreSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::RestoreSyncOperationRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Original start,
                   FindOriginal(environment, request.name(), request_id, CheckRestorable));
  if (start.answered) {
    return *std::move(start.answered);
  }
  if (!request.validate_only()) {
    RETURN_IF_ERROR(SetCallsAside(environment, &start.state.tenant));
  }
  RestoreIntent intent;
  for (int reads = 0; reads == 0 || intent.overtaken; ++reads) {
    if (reads == kMostReads) {
      return Overtaken(start.state.link.link.name());
    }
    ASSIGN_OR_RETURN(intent, ReadAndIntend(environment, call, request, request_id, start));
  }
  if (intent.answer) {
    return *std::move(intent.answer);
  }
  if (!Failpoint("sync.after_intent").ok()) {
    return intent.row.operation;
  }
  intent.state.tenant.budget = start.state.tenant.budget;  // with what is set aside
  const PushResult push = Write(environment, intent);
  store::SyncOperationRow outcome;
  absl::Status stored = Failpoint("sync.before_outcome");
  if (stored.ok()) {
    stored =
        model::WriteUntil(environment, intent.lease_expiry, [&](store::Transaction& transaction) {
          outcome = intent.row;
          return StoreRestored(environment, start.row.journal, *intent.plan, push, &outcome,
                               transaction);
        });
  }
  Failpoint("sync.after_outcome").IgnoreError();
  // Not stored: the operation stays as its intent was, for recovery to settle.
  return stored.ok() ? std::move(outcome.operation) : std::move(intent.row.operation);
}

}  // namespace profilesync::sync
