#include "server/sync/sync_outcome.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/mask.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/save_profile.h"
#include "server/model/snapshot.h"
#include "server/sync/write_guard.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"

namespace profilesync::sync {
namespace {

using connector::UpdateResult;

constexpr std::string_view kReason = "sync";

// What became of one pushed field, by the client's values after the write.
void JudgePushed(const PlannedField& planned, const Normaliser& normaliser,
                 const type::ClientFields& after, v1::FieldResult* result) {
  const Field& field = *planned.field;
  if (field.sensitive()) {
    // Masked: that the practice system says so is all that can be known.
    result->set_outcome(v1::FieldResult::APPLIED);
    return;
  }
  if (!field.Has(after)) {
    // As of a masked one. It gets no base, and the next diff says that the value isn't known.
    result->set_outcome(v1::FieldResult::APPLIED);
    result->set_message("the practice system took the write and doesn't show the field");
    return;
  }
  const type::FieldValue kept = field.Get(after);
  if (normaliser.Normalise(field, kept) == normaliser.Normalise(field, planned.wanted)) {
    result->set_outcome(v1::FieldResult::APPLIED);
    return;
  }
  if (SameValue(kept, planned.practice_before)) {
    result->set_outcome(v1::FieldResult::REFUSED);
    result->set_message("the practice system kept its value");
    return;
  }
  result->set_outcome(v1::FieldResult::COERCED);
  if (kept.value_case()) {
    *result->mutable_kept_value() = kept;
  }
}

void JudgePush(const SyncPlan& plan, const PushResult& push, const Normaliser& normaliser,
               v1::SyncOperation* operation) {
  for (std::size_t i = 0; i < plan.fields().size(); ++i) {
    const PlannedField& planned = plan.fields()[i];
    if (!planned.ToPush()) {
      continue;
    }
    v1::FieldResult* result = operation->mutable_field_results(static_cast<int>(i));
    switch (push.outcome) {
      case UpdateResult::Outcome::kApplied:
        JudgePushed(planned, normaliser,
                    push.after ? push.after->fields() : type::ClientFields::default_instance(),
                    result);
        break;
      case UpdateResult::Outcome::kRefused:
        result->set_outcome(v1::FieldResult::NOT_APPLIED);
        result->set_message("the write failed as a whole");
        break;
      case UpdateResult::Outcome::kUnclear:
        result->set_outcome(v1::FieldResult::UNKNOWN);
        result->set_message("whether the practice system has applied the write isn't known");
        break;
    }
  }
  if (push.outcome != UpdateResult::Outcome::kApplied) {
    *operation->mutable_error() = verb::ToRpcStatus(push.status);
  }
}

// Fields that nobody asked for and that the write changed all the same.
void FindUnasked(const SyncPlan& plan, const PushResult& push,
                 const std::optional<storage::v1::Snapshot>& before, v1::SyncOperation* operation) {
  for (const connector::OtherChange& change : push.other_changes) {
    v1::UnaskedChange* unasked = operation->add_unasked_changes();
    unasked->set_field(change.element);
    unasked->mutable_old_value()->set_text(change.before);
    unasked->mutable_new_value()->set_text(change.after);
  }
  if (!push.after || !before) {
    return;
  }
  for (const Field& field : Catalogue::Get().All()) {
    const bool asked = std::any_of(
        plan.fields().begin(), plan.fields().end(),
        [&](const PlannedField& planned) { return planned.ToPush() && planned.field == &field; });
    const type::FieldValue was = field.Get(before->client().fields());
    const type::FieldValue is = field.Get(push.after->fields());
    // A value that wasn't reported before needn't be a new one.
    const bool known = field.Has(before->client().fields()) && field.Has(push.after->fields());
    if (asked || !known || SameValue(was, is)) {
      continue;
    }
    v1::UnaskedChange* unasked = operation->add_unasked_changes();
    unasked->set_field(std::string(field.name()));
    *unasked->mutable_old_value() = Shown(field, was);
    *unasked->mutable_new_value() = Shown(field, is);
  }
}

// Writes the plan's TO_PROFILE fields, each unless it has moved since the plan was made.
absl::Status WriteProfileHalf(const Environment& environment, const access::Call& call,
                              const SyncPlan& plan, const storage::v1::SyncJournal& journal,
                              const model::LinkState& state, v1::SyncOperation* operation,
                              store::Transaction& transaction) {
  v1::Profile profile = state.profile.profile;
  for (std::size_t i = 0; i < plan.fields().size(); ++i) {
    const PlannedField& planned = plan.fields()[i];
    if (!planned.ToPull()) {
      continue;
    }
    v1::FieldResult* result = operation->mutable_field_results(static_cast<int>(i));
    const auto& revisions = state.profile.profile.field_revisions();
    const auto revision = revisions.find(std::string(planned.field->name()));
    const std::int64_t now = revision == revisions.end() ? 0 : revision->second;
    if (now != journal.fields(static_cast<int>(i)).profile_field_revision()) {
      result->set_outcome(v1::FieldResult::MOVED);
      result->set_message("the profile was saved meanwhile");
      continue;
    }
    if (planned.wanted.value_case()) {
      planned.field->Set(profile.mutable_fields(), planned.wanted);
    } else {
      planned.field->Clear(profile.mutable_fields());
    }
    result->set_outcome(v1::FieldResult::APPLIED);
  }
  return model::SaveProfile(environment, transaction, state.firm, state.profile, std::move(profile),
                            {.source = v1::ProfileChange::SYNC,
                             .actor = call.caller.Actor(),
                             .sync_operation = operation->name(),
                             .now = environment.clock.Now()})
      .status();
}

// The base of a pushed field is what was asked and what was kept, even if the profile has moved on.
void SetPushedBases(const SyncPlan& plan, const v1::SyncOperation& operation,
                    model::LinkState* state, std::string_view etag_key) {
  const model::LinkSides sides(*state, etag_key);
  model::FieldBases bases = model::FieldBases::Load(sides.normaliser(), state->link.bases);
  for (std::size_t i = 0; i < plan.fields().size(); ++i) {
    const PlannedField& planned = plan.fields()[i];
    const auto outcome = operation.field_results(static_cast<int>(i)).outcome();
    const bool written = outcome == v1::FieldResult::APPLIED || outcome == v1::FieldResult::COERCED;
    if (planned.ToPush() && written && sides.PracticeKnown(*planned.field) &&
        !planned.field->sensitive()) {
      bases.Set(*planned.field, sides.BaseOf(*planned.field, planned.profile_before,
                                             sides.PracticeValue(*planned.field)));
    }
  }
  state->link.bases = bases.Store(sides.normaliser());
}

absl::Status AppendHistory(const v1::SyncOperation& operation, store::Transaction& transaction) {
  for (const v1::FieldResult& result : operation.field_results()) {
    if (result.outcome() != v1::FieldResult::APPLIED &&
        result.outcome() != v1::FieldResult::COERCED) {
      continue;
    }
    v1::FieldHistoryEntry entry;
    entry.set_field(result.field());
    entry.set_direction(result.direction());
    *entry.mutable_old_value() = result.old_value();
    *entry.mutable_new_value() =
        result.outcome() == v1::FieldResult::COERCED ? result.kept_value() : result.wanted_value();
    entry.set_actor(operation.actor());
    entry.set_reason(std::string(kReason));
    entry.set_sync_operation(operation.name());
    *entry.mutable_change_time() = operation.finish_time();
    RETURN_IF_ERROR(transaction.AppendFieldHistory(FirmOf(operation.name()),
                                                   LastId(operation.link()), std::move(entry)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FreeRequestId(const v1::SyncOperation& operation, store::Transaction& transaction) {
  if (operation.state() != v1::SyncOperation::FAILED || operation.request_id().empty()) {
    return absl::OkStatus();
  }
  const std::string& actor = operation.actor();
  return transaction.DeleteRequest(actor.substr(0, actor.find('/')), operation.request_id());
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

absl::StatusOr<v1::SyncOperation> StoreOutcome(const Environment& environment,
                                               const access::Call& call, const SyncPlan& plan,
                                               const PushResult* push, store::SyncOperationRow row,
                                               store::Transaction& transaction) {
  v1::SyncOperation& operation = row.operation;
  const std::string lease = store::LinkLeaseKey(operation.link());
  RETURN_IF_ERROR(transaction.CheckLease(lease, row.fence));
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, operation.link()));
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  if (push != nullptr) {
    JudgePush(plan, *push, model::NormaliserOf(state.firm, state.profile.profile), &operation);
    FindUnasked(plan, *push, state.snapshot, &operation);
    if (push->after) {
      state.snapshot = model::MergeSnapshot(state.snapshot, *push->after, push->read_time);
    }
  }
  RETURN_IF_ERROR(
      WriteProfileHalf(environment, call, plan, row.journal, state, &operation, transaction));
  operation.set_state(StateOf(operation.field_results()));
  const bool finished = operation.state() != v1::SyncOperation::UNKNOWN;
  if (finished) {
    *operation.mutable_finish_time() = ToProto(environment.clock.Now());
    state.link.unfinished_operation.clear();
  }
  ++state.link.write_sequence;
  state.unfinished = finished ? std::nullopt : std::make_optional(operation);
  SetPushedBases(plan, operation, &state, environment.etag_key);
  RETURN_IF_ERROR(AppendHistory(operation, transaction));
  RETURN_IF_ERROR(transaction.PutSyncOperation(row));
  RETURN_IF_ERROR(FreeRequestId(operation, transaction));
  // The link is stored with its operation settled before all links of the profile are restated.
  RETURN_IF_ERROR(transaction.PutLink(state.link));
  if (state.snapshot) {
    RETURN_IF_ERROR(
        transaction.PutSnapshot(state.firm_id, LastId(operation.link()), *state.snapshot));
  }
  RETURN_IF_ERROR(model::RestateLinks(environment, transaction, state.firm_id,
                                      {.profile_id = std::string(LastId(operation.profile()))}));
  RETURN_IF_ERROR(GuardWrites(environment, operation, transaction));
  RETURN_IF_ERROR(transaction.ReleaseLease(lease, row.fence));
  RETURN_IF_ERROR(Failpoint("sync.in_outcome"));
  return operation;
}

}  // namespace profilesync::sync
