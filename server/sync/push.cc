#include "server/sync/push.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/failpoint.h"
#include "common/status.h"
#include "server/model/guarded_budget.h"
#include "server/store/leases.h"
#include "server/sync/sync_outcome.h"

namespace profilesync::sync {
namespace {

using connector::UpdateResult;

// What is left of the lease, once a write has ended, for reading back.
constexpr absl::Duration kReadBackTime = absl::Seconds(30);

}  // namespace

bool TellsOfHarm(const std::set<std::string>& asked, const connector::FetchedClient& expected,
                 const UpdateResult& written) {
  const auto emptied = [](const connector::OtherChange& change) {
    return !IsBlank(change.before) && IsBlank(change.after);
  };
  if (std::any_of(written.other_changes.begin(), written.other_changes.end(), emptied)) {
    return true;
  }
  const auto& fields = Catalogue::Get().All();
  return written.after && std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
           return !asked.contains(std::string(field.name())) &&
                  !IsBlank(field.Get(expected.client.fields())) &&
                  IsBlank(field.Get(written.after->client.fields()));
         });
}

namespace {

// Whether the answer leaves out a field that was pushed and that was shown before, or has it blank:
// a read may tell what became of it.
bool HidesAPush(const SyncPlan& plan, const connector::FetchedClient& expected,
                const UpdateResult& written) {
  if (!written.after) {
    return false;
  }
  const type::ClientFields& after = written.after->client.fields();
  return std::any_of(plan.fields().begin(), plan.fields().end(), [&](const PlannedField& planned) {
    if (!planned.ToPush()) {
      return false;
    }
    const Field& field = *planned.field;
    return field.Has(after) ? planned.wanted.value_case() != 0 && IsBlank(field.Get(after))
                            : field.Has(expected.client.fields());
  });
}

}  // namespace

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

PushResult SendOnce(const Environment& environment, connector::Connector& connector,
                    const model::LinkState& state, const ClientWrite& write,
                    absl::Time lease_expiry) {
  PushResult push;
  push.read_time = environment.clock.Now();
  if (absl::Status failed = Failpoint("sync.before_push"); !failed.ok()) {
    push.outcome = UpdateResult::Outcome::kRefused;
    push.status = std::move(failed);
    return push;
  }
  UpdateResult written = write.send({.deadline = lease_expiry - kReadBackTime});
  const bool doubtful =
      written.outcome == UpdateResult::Outcome::kApplied && write.doubtful(written);
  push.outcome = written.outcome;
  push.status = std::move(written.status);
  push.other_changes = std::move(written.other_changes);
  push.after = std::move(written.after);
  if (absl::Status failed = Failpoint("sync.after_push"); !failed.ok()) {
    push.outcome = UpdateResult::Outcome::kUnclear;
    push.status = std::move(failed);
    push.after.reset();
  }
  // Where writes are shown later, the answer to one isn't what a read would show.
  push.taken = push.outcome == UpdateResult::Outcome::kApplied && write.showable &&
               connector.Describe().writes_shown_within > absl::ZeroDuration();
  if (push.taken) {
    push.outcome = UpdateResult::Outcome::kUnclear;
  }
  const bool unclear = push.outcome == UpdateResult::Outcome::kUnclear;
  if (!unclear && !doubtful) {
    return push;
  }
  const absl::Time read_time = environment.clock.Now();
  auto read_back =
      connector.Get(state.tenant, state.link.link.practice_client_id(), {.deadline = lease_expiry});
  // One that doesn't show the write yet can't show its harm either.
  const bool decides = doubtful && !push.taken;
  if (read_back.ok() && (decides || write.evidence(*read_back) == Evidence::kApplied)) {
    push.outcome = UpdateResult::Outcome::kApplied;
    push.taken = false;
    push.other_changes = write.other_changes(*read_back);
    push.after = *std::move(read_back);
    push.read_time = read_time;
  } else if (unclear) {
    // A read-back that doesn't show the write proves nothing: the write may be applied yet.
    push.after.reset();
  }
  return push;
}

PushResult Push(const Environment& environment, connector::Connector& connector,
                const model::LinkState& state, const SyncPlan& plan,
                const connector::FetchedClient& expected, std::int64_t fence,
                absl::Time lease_expiry) {
  const connector::UpdateRequest update = ToUpdate(plan, expected);
  connector::Tenant guarded = state.tenant;
  guarded.budget =
      model::WhileWritesGoOn(environment, {store::LinkLeaseKey(state.link.link.name()), fence},
                             state.add_on.name(), std::move(guarded.budget));
  const ClientWrite write{
      .send = [&](const auto& options) { return connector.Update(guarded, update, options); },
      .evidence = [&](const auto& after) { return EvidenceIn(after.client, plan, state); },
      .showable = IsShowable(plan, state),
      .other_changes =
          [&](const auto& after) { return connector.OtherChanges(state.tenant, update, after); },
      .doubtful =
          [&](const auto& written) {
            return TellsOfHarm(PushedFields(plan), expected, written) ||
                   HidesAPush(plan, expected, written);
          }};
  return SendOnce(environment, connector, state, write, lease_expiry);
}

}  // namespace profilesync::sync
