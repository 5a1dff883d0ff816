#include "server/sync/sync_outcome.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/mask.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/masked_outcome.h"
#include "server/model/operation_history.h"
#include "server/model/save_profile.h"
#include "server/model/snapshot.h"
#include "server/store/leases.h"
#include "server/sync/operation.h"
#include "server/verb/find.h"
#include "server/verb/long_operation.h"

namespace profilesync::sync {
namespace {

using connector::UpdateResult;

// What was shown after the push; nothing where there was none.
const type::ClientFields& ShownAfter(const PushResult* push) {
  return push != nullptr && push->after ? push->after->client.fields()
                                        : type::ClientFields::default_instance();
}

// What became of one pushed field, by the client's values after the write.
void JudgePushed(const PlannedField& planned, const Normaliser& normaliser, const PushResult& push,
                 v1::FieldResult* result) {
  const Field& field = *planned.field;
  if (field.sensitive()) {
    model::JudgeMasked(field, push.other_changes, result);
    return;
  }
  const type::ClientFields& after = ShownAfter(&push);
  if (!field.Has(after)) {
    // As of a masked one. It gets no base: the next diff compares what was shown last.
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
  } else {
    result->set_message(model::kLeftBlank);
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
    if (SetOutcomeOfAll(push, result)) {
      JudgePushed(planned, normaliser, push, result);
    }
  }
  SetError(push, operation);
}

void AddUnasked(const std::string& field, const type::FieldValue& was, const type::FieldValue& is,
                v1::SyncOperation* operation) {
  v1::UnaskedChange* unasked = operation->add_unasked_changes();
  unasked->set_field(field);
  if (was.value_case()) {
    *unasked->mutable_old_value() = was;
  }
  if (is.value_case()) {
    *unasked->mutable_new_value() = is;
  }
}

void FindUnasked(const std::set<std::string>& asked, const type::PracticeClient& before,
                 const PushResult& push, v1::SyncOperation* operation) {
  const auto to_value = [](const std::string& text) {
    type::FieldValue value;
    if (!IsBlank(text)) {
      value.set_text(text);
    }
    return value;
  };
  for (const connector::OtherChange& change : push.other_changes) {
    if (!change.field.empty()) {
      continue;  // it was asked for
    }
    AddUnasked(change.element, to_value(change.before), to_value(change.after), operation);
  }
  for (const Field& field : Catalogue::Get().All()) {
    if (!push.after || asked.contains(std::string(field.name())) || !field.Has(before.fields())) {
      continue;
    }
    const type::FieldValue was = field.Get(before.fields());
    const type::FieldValue is = field.Get(push.after->client.fields());
    // A value that isn't shown any more is gone for all that anybody knows.
    const bool known = field.Has(push.after->client.fields()) || !IsBlank(was);
    if (known && !SameValue(was, is)) {
      AddUnasked(std::string(field.name()), Shown(field, was), Shown(field, is), operation);
    }
  }
}

}  // namespace

bool IsEmptied(const v1::FieldResult& result) {
  // One that was blank before, and is, was REFUSED.
  return result.outcome() == v1::FieldResult::COERCED && result.direction() == v1::TO_PRACTICE &&
         result.has_wanted_value() && !result.has_kept_value();
}

std::set<std::string> PushedFields(const SyncPlan& plan) {
  std::set<std::string> pushed;
  for (const PlannedField& planned : plan.fields()) {
    if (planned.ToPush()) {
      pushed.emplace(planned.field->name());
    }
  }
  return pushed;
}

bool SetOutcomeOfAll(const PushResult& push, v1::FieldResult* result) {
  result->clear_message();
  switch (push.outcome) {
    case UpdateResult::Outcome::kApplied:
      return true;
    case UpdateResult::Outcome::kRefused:
      result->set_outcome(v1::FieldResult::NOT_APPLIED);
      result->set_message("the write failed as a whole");
      break;
    case UpdateResult::Outcome::kUnclear:
      result->set_outcome(v1::FieldResult::UNKNOWN);
      result->set_message(push.taken
                              ? "the practice system took the write and doesn't show it yet"
                              : "whether the practice system has applied the write isn't known");
      break;
  }
  return false;
}

void SetError(const PushResult& push, v1::SyncOperation* operation) {
  if (push.outcome == UpdateResult::Outcome::kApplied || push.taken) {
    operation->clear_error();
  } else {
    *operation->mutable_error() = verb::ToRpcStatus(push.status);
  }
}

void NoteAfter(const std::set<std::string>& asked, const PushResult& push,
               store::SyncOperationRow* row) {
  FindUnasked(asked, row->journal.pre_image_client(), push, &row->operation);
  row->journal.set_post_image(push.after ? push.after->document : "");
}

namespace {

// Writes the plan's TO_PROFILE fields, each unless it has moved since the plan was made.
absl::Status WriteProfileHalf(const Environment& environment, const SyncPlan& plan,
                              const storage::v1::SyncJournal& journal,
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
                             .actor = operation->actor(),
                             .sync_operation = operation->name(),
                             .now = environment.clock.Now()})
      .status();
}

// The base of a pushed field is what was asked and what `after` shows was kept, even if the profile
// has moved on; unless the plan has another.
void SetBases(const SyncPlan& plan, const v1::SyncOperation& operation,
              const type::ClientFields& after, model::LinkState* state, std::string_view etag_key) {
  const model::LinkSides sides(*state, etag_key);
  model::FieldBases bases = model::FieldBases::Load(sides.normaliser(), state->link.bases);
  for (std::size_t i = 0; i < plan.fields().size(); ++i) {
    const PlannedField& planned = plan.fields()[i];
    const Field& field = *planned.field;
    const v1::FieldResult& result = operation.field_results(static_cast<int>(i));
    // What was emptied in place of being written is no value that both sides agreed on.
    const bool written = model::IsWritten(result) && !IsEmptied(result);
    if (!planned.ToWrite() || !written || field.sensitive()) {
      continue;
    }
    if (planned.base_after && planned.base_after->field_number() == 0) {
      bases.Clear(field);
    } else if (planned.base_after) {
      bases.SetAnew(sides.normaliser(), field, *planned.base_after);
    } else if (planned.ToPush() && field.Has(after)) {
      bases.Set(field, sides.BaseOf(field, planned.profile_before, sides.PracticeValue(field)));
    }
  }
  state->link.bases = bases.Store(sides.normaliser());
}

}  // namespace

absl::Status StoreOutcome(const Environment& environment, const SyncPlan& plan,
                          const PushResult* push, store::SyncOperationRow* row,
                          store::Transaction& transaction) {
  v1::SyncOperation& operation = row->operation;
  RETURN_IF_ERROR(transaction.CheckLease(store::LinkLeaseKey(operation.link()), row->fence));
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, operation.link()));
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  if (push != nullptr) {
    row->journal.set_taken(push->taken);
    JudgePush(plan, *push, model::NormaliserOf(state.firm, state.profile.profile), &operation);
    if (push->outcome == UpdateResult::Outcome::kApplied) {
      // What differs after a write that wasn't applied is others' doing.
      NoteAfter(PushedFields(plan), *push, row);
    }
    if (push->after) {
      state.snapshot = model::MergeSnapshot(state.snapshot, push->after->client, push->read_time);
    }
  }
  RETURN_IF_ERROR(
      WriteProfileHalf(environment, plan, row->journal, state, &operation, transaction));
  SetBases(plan, operation, ShownAfter(push), &state, environment.etag_key);
  RETURN_IF_ERROR(EndOperation(environment, transaction, &state, row));
  return Failpoint("sync.in_outcome");
}

}  // namespace profilesync::sync
