#include "server/sync/journal_plan.h"

#include <string>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "server/model/link_sides.h"
#include "server/model/operation_history.h"

namespace profilesync::sync {
namespace {

// What is the same whatever the plan is for.
PlannedField OfJournal(const storage::v1::JournalField& journal) {
  PlannedField planned;
  planned.field = Catalogue::Get().Find(journal.field());
  planned.direction = journal.to_practice() ? v1::TO_PRACTICE : v1::TO_PROFILE;
  return planned;
}

// What the operation left on the side that it wrote.
const type::FieldValue& LeftBy(const v1::FieldResult& result,
                               const storage::v1::JournalField& journal) {
  return result.outcome() == v1::FieldResult::COERCED ? result.kept_value() : journal.wanted();
}

// Why the field can't be written back, or "".
std::string Refusal(const PlannedField& planned, bool practice_unknown,
                    const model::LinkState& state, const model::LinkSides& sides) {
  const Field& field = *planned.field;
  const bool to_practice = planned.direction == v1::TO_PRACTICE;
  const PermittedDirections permitted = sides.PermittedFor(field);
  if (field.sensitive()) {
    return "is shown masked, so that what it was isn't known";
  }
  if (to_practice && practice_unknown) {
    return "wasn't shown before it was written, so that what it was isn't known";
  }
  if (to_practice ? !permitted.to_practice : !permitted.to_profile) {
    return "can't be written now";
  }
  if (to_practice && !planned.wanted.value_case() &&
      !state.connector->CanClear(state.tenant, field.name())) {
    return "was blank, and can't be emptied in this practice system";
  }
  return "";
}

// Whether the side still has what the operation left. A practice system may show it in a form of
// its own; what a profile was given stands as it was given, unless somebody saved it.
bool StillThere(const PlannedField& planned, const type::FieldValue& now,
                const type::FieldValue& left, const model::LinkSides& sides) {
  const Normaliser& normaliser = sides.normaliser();
  return planned.direction == v1::TO_PRACTICE ? normaliser.Normalise(*planned.field, now) ==
                                                    normaliser.Normalise(*planned.field, left)
                                              : SameValue(now, left);
}

PlannedField Revert(const v1::FieldResult& result, const storage::v1::JournalField& journal,
                    const model::LinkState& state, const model::LinkSides& sides) {
  PlannedField planned = OfJournal(journal);
  const Field& field = *planned.field;
  planned.profile_before = sides.ProfileValue(field);
  planned.practice_before = sides.PracticeValue(field);
  const bool to_practice = planned.direction == v1::TO_PRACTICE;
  planned.wanted = to_practice ? journal.practice_before() : journal.profile_before();
  planned.base_after = journal.base_before();
  const type::FieldValue& now = to_practice ? planned.practice_before : planned.profile_before;
  const std::string_view rule = sides.RuleAgainst(field, planned.direction);
  if (!rule.empty()) {
    RefuseByRule(rule, &planned);
  } else if (std::string refusal = Refusal(planned, journal.practice_unknown(), state, sides);
             !refusal.empty()) {
    planned.outcome = v1::FieldResult::REFUSED;
    planned.message = std::move(refusal);
  } else if (SameValue(now, planned.wanted)) {
    planned.outcome = v1::FieldResult::UNCHANGED;
  } else if (!StillThere(planned, now, LeftBy(result, journal), sides)) {
    planned.outcome = v1::FieldResult::MOVED;
    planned.message = "changed since the operation";
  }
  return planned;
}

}  // namespace

std::optional<SyncPlan> ResumedPlan(const storage::v1::SyncJournal& journal,
                                    const v1::SyncOperation& operation) {
  std::vector<PlannedField> fields;
  if (journal.fields_size() != operation.field_results_size()) {
    return std::nullopt;
  }
  for (int i = 0; i < journal.fields_size(); ++i) {
    const storage::v1::JournalField& field = journal.fields(i);
    PlannedField planned = OfJournal(field);
    if (planned.field == nullptr) {
      return std::nullopt;
    }
    planned.profile_before = field.profile_before();
    planned.practice_before = field.practice_before();
    planned.wanted = field.wanted();
    if (field.has_base_after()) {
      planned.base_after = field.base_after();
    }
    const v1::FieldResult& result = operation.field_results(i);
    if (result.outcome() != v1::FieldResult::UNKNOWN) {
      planned.outcome = result.outcome();
    }
    fields.push_back(std::move(planned));
  }
  return SyncPlan(std::move(fields));
}

SyncPlan RevertingPlan(const store::SyncOperationRow& original, const model::LinkState& state,
                       std::string_view etag_key) {
  const model::LinkSides sides(state, etag_key);
  std::vector<PlannedField> fields;
  for (int i = 0; i < original.journal.fields_size(); ++i) {
    const storage::v1::JournalField& journal = original.journal.fields(i);
    const v1::FieldResult& result = original.operation.field_results(i);
    if (model::IsWritten(result) && Catalogue::Get().Find(journal.field()) != nullptr) {
      fields.push_back(Revert(result, journal, state, sides));
    }
  }
  return SyncPlan(std::move(fields));
}

}  // namespace profilesync::sync
