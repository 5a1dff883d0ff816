#include "server/sync/run_operation.h"

#include <optional>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/status.h"
#include "server/model/write_until.h"
#include "server/sync/fresh_read.h"
#include "server/sync/push.h"
#include "server/sync/sync_outcome.h"

namespace profilesync::sync {
namespace {

// The practice client now; nullopt when the sync may and must work from the snapshot.
absl::StatusOr<std::optional<connector::FetchedClient>> Fetch(const Environment& environment,
                                                              const access::Call& call,
                                                              const PlannedRequest& request,
                                                              const model::LinkState& state) {
  auto fetched = ReadAnew(environment, call, state);
  if (fetched.ok()) {
    return *std::move(fetched);
  }
  const bool down =
      absl::IsUnavailable(fetched.status()) || absl::IsResourceExhausted(fetched.status());
  const bool stopped = ReasonOf(fetched.status()) == v1::SHUTTING_DOWN;
  if (down && !stopped && request.allow_stale && state.snapshot) {
    return std::nullopt;
  }
  return std::move(fetched).status();
}

// Reads the client anew and stores the intent.
absl::StatusOr<Intent> ReadAndIntend(const Environment& environment, const access::Call& call,
                                     const PlannedRequest& request, const model::LinkState& state,
                                     IntentInput* input) {
  input->start.time = environment.clock.Now();
  ASSIGN_OR_RETURN(input->fetched, Fetch(environment, call, request, state));
  // The last chance: from the intent on neither counts any more.
  RETURN_IF_ERROR(access::CheckAlive(call, environment.clock.Now()));
  Intent intent;
  const absl::Status stored =
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(StoreIntent(environment, call, *input, transaction, &intent));
        RETURN_IF_ERROR(Failpoint("sync.in_intent"));
        // An error undoes the transaction; this one is caught below.
        return request.validate_only ? absl::CancelledError() : absl::OkStatus();
      });
  if (!(request.validate_only && absl::IsCancelled(stored))) {
    RETURN_IF_ERROR(stored);
  }
  return intent;
}

// Sends the write whose intent is stored, and stores what became of it. From here on nothing makes
// the call fail: the operation's state is the truth.
v1::SyncOperation Carry(const Environment& environment, Intent intent,
                        const connector::FetchedClient& fetched) {
  connector::Connector* const connector = model::ConnectorOf(environment, intent.state.add_on);
  const PushResult push = Push(environment, *connector, intent.state, *intent.plan, fetched,
                               intent.row.fence, intent.lease_expiry);
  store::SyncOperationRow outcome;
  absl::Status stored = Failpoint("sync.before_outcome");
  if (stored.ok()) {
    stored =
        model::WriteUntil(environment, intent.lease_expiry, [&](store::Transaction& transaction) {
          outcome = intent.row;
          return StoreOutcome(environment, *intent.plan, &push, &outcome, transaction);
        });
  }
  Failpoint("sync.after_outcome").IgnoreError();
  // Not stored: the operation stays as its intent was, for recovery to settle.
  return stored.ok() ? std::move(outcome.operation) : std::move(intent.row.operation);
}

}  // namespace

absl::StatusOr<v1::SyncOperation> RunOperation(const Environment& environment,
                                               const access::Call& call,
                                               const PlannedRequest& request,
                                               const verb::RequestId& request_id,
                                               model::LinkState state) {
  if (request.may_push && !request.validate_only) {
    RETURN_IF_ERROR(SetCallsAside(environment, &state.tenant));
  }
  IntentInput input{.request = request,
                    .request_id = request_id,
                    .link = state.link.link.name(),
                    .add_on = state.add_on,
                    .start = {.write_sequence = state.link.write_sequence},
                    .fetched = std::nullopt};
  Intent intent;
  for (int reads = 0; reads == 0 || intent.overtaken; ++reads) {
    if (reads == kMostReads) {
      return Overtaken(input.link);
    }
    ASSIGN_OR_RETURN(intent, ReadAndIntend(environment, call, request, state, &input));
  }
  RETURN_IF_ERROR(intent.refusal);
  if (intent.answer) {
    return *std::move(intent.answer);
  }
  if (absl::Status failed = Failpoint("sync.after_intent"); !failed.ok()) {
    return intent.row.operation;
  }
  intent.state.tenant.budget = state.tenant.budget;  // with what is set aside
  return Carry(environment, std::move(intent), *input.fetched);
}

}  // namespace profilesync::sync
