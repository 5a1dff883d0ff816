#include "server/sync/restore_plan.h"

#include <algorithm>
#include <utility>

#include "common/catalogue.h"
#include "common/failpoint.h"
#include "common/mask.h"
#include "common/status.h"
#include "server/model/field_bases.h"
#include "server/model/link_sides.h"
#include "server/model/snapshot.h"
#include "server/store/leases.h"
#include "server/sync/operation.h"
#include "server/sync/sync_outcome.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

using connector::RestoreItem;
using connector::UpdateResult;
using Fate = RestoreItem::Fate;

// As callers may see the value.
type::FieldValue ShownOf(const RestoreItem& item, const type::FieldValue& value) {
  const Field* const field = Catalogue::Get().Find(item.name);
  return field == nullptr ? value : Shown(*field, value);
}

v1::FieldResult::Outcome OutcomeOf(Fate fate) {
  switch (fate) {
    case Fate::kMoved:
      return v1::FieldResult::MOVED;
    case Fate::kRefused:
      return v1::FieldResult::REFUSED;
    case Fate::kWrite:
      break;
  }
  return v1::FieldResult::OUTCOME_UNSPECIFIED;
}

// What became of an item that was written, where the practice system took the write.
void JudgeWritten(const RestoreItem& item, const std::vector<RestoreItem>& missing,
                  v1::FieldResult* result) {
  const auto left = std::find_if(missing.begin(), missing.end(),
                                 [&](const RestoreItem& i) { return i.name == item.name; });
  if (left == missing.end()) {
    result->set_outcome(v1::FieldResult::APPLIED);
  } else if (SameValue(left->now, item.now)) {
    result->set_outcome(v1::FieldResult::REFUSED);
    result->set_message("the practice system kept its value");
  } else {
    result->set_outcome(v1::FieldResult::COERCED);
    if (left->now.value_case()) {
      *result->mutable_kept_value() = ShownOf(item, left->now);
    }
  }
}

}  // namespace

absl::StatusOr<RestorePlan> RestorePlan::Make(const model::LinkState& state,
                                              const storage::v1::SyncJournal& original,
                                              connector::FetchedClient now) {
  RestorePlan plan;
  plan.request_ = {.client_id = state.link.link.practice_client_id(),
                   .before = original.pre_image(),
                   .after = original.post_image(),
                   .now = std::move(now),
                   .repeat_all = state.add_on.has_write_suspension()};
  auto items = state.connector->PlanRestore(state.tenant, plan.request_);
  if (!items.ok()) {
    return absl::InternalError("an operation's images can't be read: " +
                               std::string(SV(items.status().message())));
  }
  plan.items_ = *std::move(items);
  return plan;
}

std::set<std::string> RestorePlan::Written() const {
  std::set<std::string> written;
  for (const RestoreItem& item : items_) {
    if (item.fate == Fate::kWrite) {
      written.insert(item.name);
    }
  }
  return written;
}

std::set<std::string> RestorePlan::Wanted() const {
  std::set<std::string> wanted;
  for (const RestoreItem& item : items_) {
    if (item.fate == Fate::kWrite && item.wanted.value_case()) {
      wanted.insert(item.name);
    }
  }
  return wanted;
}

std::vector<v1::FieldResult> RestorePlan::Results() const {
  std::vector<v1::FieldResult> results;
  for (const RestoreItem& item : items_) {
    v1::FieldResult& result = results.emplace_back();
    result.set_field(item.name);
    result.set_direction(v1::TO_PRACTICE);
    result.set_outcome(OutcomeOf(item.fate));
    result.set_message(item.why);
    if (item.now.value_case()) {
      *result.mutable_old_value() = ShownOf(item, item.now);
    }
    if (item.wanted.value_case()) {
      *result.mutable_wanted_value() = ShownOf(item, item.wanted);
    }
  }
  return results;
}

storage::v1::SyncJournal RestorePlan::Journal(const model::LinkState& state) const {
  storage::v1::SyncJournal journal;
  const Normaliser normaliser = model::NormaliserOf(state.firm, state.profile.profile);
  const model::FieldBases bases = model::FieldBases::Load(normaliser, state.link.bases);
  for (const RestoreItem& item : items_) {
    storage::v1::JournalField* field = journal.add_fields();
    field->set_field(item.name);
    field->set_to_practice(true);
    *field->mutable_practice_before() = item.now;
    if (item.wanted.value_case()) {
      *field->mutable_wanted() = item.wanted;
    }
    if (const Field* ours = Catalogue::Get().Find(item.name)) {
      *field->mutable_profile_before() = ours->Get(state.profile.profile.fields());
      if (const storage::v1::FieldBase* base = bases.Find(*ours)) {
        *field->mutable_base_before() = *base;
      }
    }
  }
  journal.set_pre_image(request_.now.document);
  *journal.mutable_pre_image_client() = request_.now.client;
  return journal;
}

std::vector<RestoreItem> RestorePlan::StillMissing(const model::LinkState& state,
                                                   const connector::FetchedClient& client) const {
  connector::RestoreRequest after = request_;
  after.now = client;
  auto missing = state.connector->PlanRestore(state.tenant, after);
  // What can't be read shows nothing.
  return missing.ok() ? *std::move(missing) : items_;
}

Evidence RestorePlan::EvidenceIn(const model::LinkState& state,
                                 const connector::FetchedClient& client) const {
  const std::vector<RestoreItem> missing = StillMissing(state, client);
  bool applied = false;
  bool not_applied = false;
  for (const RestoreItem& item : items_) {
    if (item.fate != Fate::kWrite) {
      continue;
    }
    const auto left = std::find_if(missing.begin(), missing.end(),
                                   [&](const RestoreItem& i) { return i.name == item.name; });
    if (left != missing.end() && !SameValue(left->now, item.now)) {
      return Evidence::kNone;
    }
    applied = applied || left == missing.end();
    not_applied = not_applied || left != missing.end();
  }
  if (applied == not_applied) {
    return Evidence::kNone;
  }
  return applied ? Evidence::kApplied : Evidence::kNotApplied;
}

bool RestorePlan::MissesIn(const model::LinkState& state,
                           const std::optional<connector::FetchedClient>& answer) const {
  return answer && !StillMissing(state, *answer).empty();
}

void RestorePlan::Judge(const model::LinkState& state, const PushResult& push,
                        v1::SyncOperation* operation) const {
  std::vector<RestoreItem> missing;
  if (push.after) {
    missing = StillMissing(state, *push.after);
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].fate != Fate::kWrite) {
      continue;
    }
    v1::FieldResult* result = operation->mutable_field_results(static_cast<int>(i));
    if (SetOutcomeOfAll(push, result)) {
      JudgeWritten(items_[i], missing, result);
    }
  }
  SetError(push, operation);
}

void RestorePlan::RestoreBases(const storage::v1::SyncJournal& original,
                               const v1::SyncOperation& operation, std::string_view etag_key,
                               model::LinkState* state) const {
  const model::LinkSides sides(*state, etag_key);
  model::FieldBases bases = model::FieldBases::Load(sides.normaliser(), state->link.bases);
  for (const v1::FieldResult& result : operation.field_results()) {
    const Field* const field = Catalogue::Get().Find(result.field());
    const auto was = std::find_if(
        original.fields().begin(), original.fields().end(),
        [&](const storage::v1::JournalField& f) { return f.field() == result.field(); });
    if (field == nullptr || result.outcome() != v1::FieldResult::APPLIED ||
        was == original.fields().end() || !was->to_practice()) {
      continue;
    }
    if (was->has_base_before()) {
      bases.SetAnew(sides.normaliser(), *field, was->base_before());
    } else {
      bases.Clear(*field);
    }
  }
  state->link.bases = bases.Store(sides.normaliser());
}

absl::Status StoreRestored(const Environment& environment, const storage::v1::SyncJournal& original,
                           const RestorePlan& plan, const PushResult& push,
                           store::SyncOperationRow* row, store::Transaction& transaction) {
  v1::SyncOperation& operation = row->operation;
  RETURN_IF_ERROR(transaction.CheckLease(store::LinkLeaseKey(operation.link()), row->fence));
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, operation.link()));
  ASSIGN_OR_RETURN(model::LinkState state,
                   model::LoadLinkState(environment, transaction, std::move(link)));
  row->journal.set_taken(push.taken);
  plan.Judge(state, push, &operation);
  if (push.outcome == UpdateResult::Outcome::kApplied) {
    NoteAfter(plan.Written(), push, row);
  }
  if (push.after) {
    state.snapshot = model::MergeSnapshot(state.snapshot, push.after->client, push.read_time);
  }
  plan.RestoreBases(original, operation, environment.etag_key, &state);
  RETURN_IF_ERROR(EndOperation(environment, transaction, &state, row));
  return Failpoint("sync.in_outcome");
}

}  // namespace profilesync::sync
