#include "server/sync/push.h"

#include <string>
#include <utility>

#include "common/failpoint.h"
#include "common/status.h"

namespace profilesync::sync {
namespace {

using connector::UpdateResult;

// What is left of the lease, once a write has ended, for reading back.
constexpr absl::Duration kReadBackTime = absl::Seconds(30);

connector::UpdateRequest ToUpdate(const SyncPlan& plan, const connector::FetchedClient& expected) {
  connector::UpdateRequest update;
  update.client_id = expected.client.id();
  update.expected = expected;
  for (const PlannedField& planned : plan.fields()) {
    if (!planned.ToPush()) {
      continue;
    }
    if (planned.wanted.value_case()) {
      planned.field->Set(&update.values, planned.wanted);
    } else {
      update.clear.emplace_back(planned.field->name());
    }
  }
  return update;
}

// Whether `client` shows that the write was applied: every pushed field that can be read is as
// wanted, and one of them wasn't before. A field that shows nothing is no evidence.
bool ShowsTheWrite(const SyncPlan& plan, const model::LinkState& state,
                   const type::PracticeClient& client) {
  const Normaliser normaliser = model::NormaliserOf(state.firm, state.profile.profile);
  bool evidence = false;
  for (const PlannedField& planned : plan.fields()) {
    const Field& field = *planned.field;
    if (!planned.ToPush() || field.sensitive() || !field.Has(client.fields())) {
      continue;
    }
    const auto wanted = normaliser.Normalise(field, planned.wanted);
    if (normaliser.Normalise(field, client.fields()) != wanted) {
      return false;
    }
    evidence = evidence || normaliser.Normalise(field, planned.practice_before) != wanted;
  }
  return evidence;
}

}  // namespace

PushResult Push(const Environment& environment, connector::Connector& connector,
                const model::LinkState& state, const SyncPlan& plan,
                const connector::FetchedClient& expected, absl::Time lease_expiry) {
  PushResult push;
  push.read_time = environment.clock.Now();
  if (absl::Status failed = Failpoint("sync.before_push"); !failed.ok()) {
    push.outcome = UpdateResult::Outcome::kRefused;
    push.status = std::move(failed);
    return push;
  }
  const connector::UpdateRequest update = ToUpdate(plan, expected);
  UpdateResult written =
      connector.Update(state.tenant, update, {.deadline = lease_expiry - kReadBackTime});
  push.outcome = written.outcome;
  push.status = std::move(written.status);
  push.other_changes = std::move(written.other_changes);
  if (written.after) {
    push.after = std::move(written.after->client);
  }
  if (absl::Status failed = Failpoint("sync.after_push"); !failed.ok()) {
    push.outcome = UpdateResult::Outcome::kUnclear;
    push.status = std::move(failed);
    push.after.reset();
  }
  if (push.outcome != UpdateResult::Outcome::kUnclear) {
    return push;
  }
  const absl::Time read_time = environment.clock.Now();
  auto read_back = connector.Get(state.tenant, expected.client.id(), {.deadline = lease_expiry});
  if (read_back.ok() && ShowsTheWrite(plan, state, read_back->client)) {
    push.outcome = UpdateResult::Outcome::kApplied;
    push.other_changes = connector.OtherChanges(state.tenant, update, *read_back);
    push.after = std::move(read_back->client);
    push.read_time = read_time;
  } else {
    // A read-back that doesn't show the write proves nothing: the write may be applied yet.
    push.after.reset();
  }
  return push;
}

}  // namespace profilesync::sync
