#include "server/sync/sync_plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/mask.h"
#include "common/status.h"
#include "server/model/field_etag.h"
#include "server/model/field_values.h"

namespace profilesync::sync {
namespace {

std::string PathOf(int index, std::string_view part) {
  return absl::StrCat("fields[", index, "].", AV(part));
}

PermittedDirections PossibleFor(const model::LinkState& state, const Field& field) {
  PermittedDirections possible;
  for (const auto& capability : state.connector->Describe().fields) {
    if (capability.field == field.name() && field.AppliesTo(state.profile.profile.kind())) {
      possible.to_practice = state.connector->CanWrite(state.tenant, field.name());
      possible.to_profile = capability.readable && !field.sensitive();
    }
  }
  return possible;
}

void CheckDirection(const model::LinkState& state, const Field& field, const v1::FieldSync& sync,
                    int index, Violations* violations) {
  const PermittedDirections possible = PossibleFor(state, field);
  if (sync.direction() == v1::TO_PRACTICE && !possible.to_practice) {
    violations->Add(PathOf(index, "direction"),
                    absl::StrCat(AV(field.name()), " can't be written in the practice system"));
  } else if (sync.direction() == v1::TO_PROFILE && !possible.to_profile) {
    violations->Add(PathOf(index, "direction"),
                    absl::StrCat(AV(field.name()), " can't be read in the practice system"));
  }
}

// Why the side to be written can't be emptied though it can be written, or "".
std::string EmptyingFault(const model::LinkState& state, const Field& field,
                          v1::SyncDirection direction) {
  if (direction == v1::TO_PRACTICE && state.connector->CanWrite(state.tenant, field.name()) &&
      !state.connector->CanClear(state.tenant, field.name())) {
    return "can't be emptied in the practice system";
  }
  if (direction == v1::TO_PROFILE && field.kind() == type::PERSON_OR_ENTITY_NAME) {
    return "can't be emptied in a profile";
  }
  return "";
}

// Why a field that isn't permitted to be written isn't.
std::string RefusalOf(const PlannedField& planned, const model::LinkState& state) {
  if (planned.direction == v1::TO_PRACTICE && state.link.link.state() != v1::Link::ACTIVE) {
    return "the practice client is archived, deleted or missing";
  }
  const std::string emptying =
      planned.wanted.value_case() ? "" : EmptyingFault(state, *planned.field, planned.direction);
  return emptying.empty() ? "can't be written now" : emptying;
}

PlannedField Plan(const v1::FieldSync& sync, const Field& field, const model::LinkState& state,
                  const model::LinkSides& sides) {
  PlannedField planned;
  planned.field = &field;
  planned.direction = sync.direction();
  planned.profile_before = sides.ProfileValue(field);
  planned.practice_before = sides.PracticeValue(field);
  const bool to_practice = sync.direction() == v1::TO_PRACTICE;
  planned.wanted = to_practice
                       ? model::ForPractice(field, planned.profile_before, planned.practice_before)
                       : model::ForProfile(field, planned.practice_before);
  const type::FieldValue& target = to_practice ? planned.practice_before : planned.profile_before;
  const PermittedDirections permitted = sides.PermittedFor(field);
  if (model::MatchFieldEtag(sync.etag(), sides.EtagOf(field)) != model::EtagMatch::kSame) {
    planned.outcome = v1::FieldResult::MOVED;
    planned.message = "changed since it was read";
  } else if (sides.PracticeKnown(field) && SameValue(planned.wanted, target)) {
    planned.outcome = v1::FieldResult::UNCHANGED;
  } else if (to_practice ? !permitted.to_practice : !permitted.to_profile) {
    const std::string_view rule = sides.RuleAgainst(field, planned.direction);
    planned.outcome = v1::FieldResult::REFUSED;
    planned.message = RefusalOf(planned, state);
    if (!rule.empty()) {
      RefuseByRule(rule, &planned);
    }
  }
  return planned;
}

// What is wrong with the request's `clear` for a field that is to be written, or "".
std::string ClearFault(const v1::FieldSync& sync, const PlannedField& planned) {
  const bool blank = !planned.wanted.value_case();
  const bool directed = sync.direction() != v1::SYNC_DIRECTION_UNSPECIFIED;
  if (!directed || !planned.ToWrite() || blank == sync.clear()) {
    return "";
  }
  return blank ? "blank never overwrites a value: set clear to empty it"
               : "clear is set, and the other side isn't blank";
}

// An etag of another link or field goes to `foreign`.
void CheckEtagAndClear(const v1::FieldSync& sync, const Field& field, const model::LinkState& state,
                       const model::LinkSides& sides, int index, Violations* violations,
                       Violations* foreign) {
  const std::string emptying = sync.clear() ? EmptyingFault(state, field, sync.direction()) : "";
  if (!emptying.empty()) {
    violations->Add(PathOf(index, "clear"), absl::StrCat(sync.field(), " ", emptying));
  }
  if (sync.etag().empty()) {
    return;
  }
  if (model::MatchFieldEtag(sync.etag(), sides.EtagOf(field)) == model::EtagMatch::kForeign) {
    foreign->Add(PathOf(index, "etag"), "isn't of this link and field");
  } else if (const std::string fault = ClearFault(sync, Plan(sync, field, state, sides));
             !fault.empty() && emptying.empty()) {
    violations->Add(PathOf(index, "clear"), fault);
  }
}

// Why fields are refused that no rule is against.
v1::ErrorReason ReasonToRefuse(const model::LinkState& state) {
  if (state.add_on.has_write_suspension()) {
    return v1::WRITES_SUSPENDED;
  }
  return state.link.link.state() == v1::Link::ACTIVE ? v1::UNSUPPORTED_BY_PRACTICE_SYSTEM
                                                     : v1::PRACTICE_CLIENT_NOT_WRITABLE;
}

}  // namespace

void CheckSyncFields(const v1::SyncProfileRequest& request, Violations* violations) {
  std::set<std::string> seen;
  if (request.fields().empty()) {
    violations->Add("fields", "must name at least one field");
  }
  for (int i = 0; i < request.fields_size(); ++i) {
    const v1::FieldSync& sync = request.fields(i);
    if (Catalogue::Get().Find(sync.field()) == nullptr) {
      violations->Add(PathOf(i, "field"), "there is no field " + sync.field());
      continue;
    }
    if (!seen.insert(sync.field()).second) {
      violations->Add(PathOf(i, "field"), sync.field() + " is named more than once");
    }
    if (sync.direction() != v1::TO_PRACTICE && sync.direction() != v1::TO_PROFILE) {
      violations->Add(PathOf(i, "direction"), "must be TO_PRACTICE or TO_PROFILE");
    } else if (request.allow_stale() && sync.direction() == v1::TO_PRACTICE) {
      violations->Add("allow_stale", "is for syncs to the profile alone");
    }
    if (sync.etag().empty()) {
      violations->Add(PathOf(i, "etag"),
                      "must be the field's etag in the diff that was decided on");
    }
  }
}

absl::Status CheckSyncRequest(const v1::SyncProfileRequest& request, const model::LinkState& state,
                              std::string_view etag_key) {
  Violations violations;
  Violations foreign;
  CheckSyncFields(request, &violations);
  const model::LinkSides sides(state, etag_key);
  for (int i = 0; i < request.fields_size(); ++i) {
    const v1::FieldSync& sync = request.fields(i);
    if (const Field* field = Catalogue::Get().Find(sync.field())) {
      CheckDirection(state, *field, sync, i, &violations);
      CheckEtagAndClear(sync, *field, state, sides, i, &violations, &foreign);
    }
  }
  if (violations.empty()) {
    return foreign.ToStatus(v1::FOREIGN_ETAG);
  }
  violations.Add(foreign);
  return violations.ToStatus();
}

void RefuseByRule(std::string_view rule, PlannedField* planned) {
  planned->outcome = v1::FieldResult::REFUSED;
  planned->message = absl::StrCat("rule ", AV(rule), " forbids it");
  planned->field_rule = rule;
}

SyncPlan::SyncPlan(const v1::SyncProfileRequest& request, const model::LinkState& state,
                   std::string_view etag_key) {
  const model::LinkSides sides(state, etag_key);
  for (int i = 0; i < request.fields_size(); ++i) {
    const v1::FieldSync& sync = request.fields(i);
    PlannedField planned = Plan(sync, *Catalogue::Get().Find(sync.field()), state, sides);
    if (std::string fault = ClearFault(sync, planned); !fault.empty()) {
      planned.outcome = v1::FieldResult::REFUSED;
      planned.message = fault;
      violations_.Add(PathOf(i, "clear"), fault);
    }
    fields_.push_back(std::move(planned));
  }
}

bool SyncPlan::HasPush() const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [](const PlannedField& field) { return field.ToPush(); });
}

absl::Status SyncPlan::Check(const model::LinkState& state) const {
  std::vector<std::string> moved;
  for (const PlannedField& planned : fields_) {
    if (planned.outcome == v1::FieldResult::MOVED) {
      moved.emplace_back(planned.field->name());
    }
  }
  if (!moved.empty()) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     "changed since it was read: " + absl::StrJoin(moved, ", "),
                     {{"fields", absl::StrJoin(moved, ",")}});
  }
  RETURN_IF_ERROR(violations_.ToStatus());
  return CheckRefused(state);
}

absl::Status SyncPlan::CheckRefused(const model::LinkState& state) const {
  std::vector<std::string> refused;
  std::vector<std::string> rules;
  for (const PlannedField& planned : fields_) {
    if (planned.outcome == v1::FieldResult::REFUSED) {
      refused.push_back(absl::StrCat(AV(planned.field->name()), " (", planned.message, ")"));
      if (!planned.field_rule.empty()) {
        rules.push_back(planned.field_rule);
      }
    }
  }
  if (refused.empty()) {
    return absl::OkStatus();
  }
  const std::string message = "refused: " + absl::StrJoin(refused, ", ");
  if (rules.size() == refused.size()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::FIELD_RULE_FORBIDS, message,
                     {{"add_on", state.add_on.name()}, {"field_rules", absl::StrJoin(rules, ",")}});
  }
  return MakeError(absl::StatusCode::kFailedPrecondition, ReasonToRefuse(state), message,
                   {{"add_on", state.add_on.name()},
                    {"practice_client_id", state.link.link.practice_client_id()}});
}

std::vector<v1::FieldResult> SyncPlan::Results() const {
  std::vector<v1::FieldResult> results;
  for (const PlannedField& planned : fields_) {
    v1::FieldResult& result = results.emplace_back();
    result.set_field(std::string(planned.field->name()));
    result.set_direction(planned.direction);
    result.set_outcome(planned.outcome);
    result.set_message(planned.message);
    const type::FieldValue& before =
        planned.direction == v1::TO_PRACTICE ? planned.practice_before : planned.profile_before;
    if (before.value_case()) {
      *result.mutable_old_value() = Shown(*planned.field, before);
    }
    if (planned.wanted.value_case()) {
      *result.mutable_wanted_value() = Shown(*planned.field, planned.wanted);
    }
  }
  return results;
}

storage::v1::SyncJournal SyncPlan::Journal(const model::LinkState& state,
                                           const model::LinkSides& sides) const {
  storage::v1::SyncJournal journal;
  for (const PlannedField& planned : fields_) {
    storage::v1::JournalField* field = journal.add_fields();
    const std::string name(planned.field->name());
    field->set_field(name);
    field->set_to_practice(planned.direction == v1::TO_PRACTICE);
    *field->mutable_profile_before() = planned.profile_before;
    *field->mutable_practice_before() = planned.practice_before;
    if (planned.wanted.value_case()) {
      *field->mutable_wanted() = planned.wanted;
    }
    const auto& revisions = state.profile.profile.field_revisions();
    const auto revision = revisions.find(name);
    field->set_profile_field_revision(revision == revisions.end() ? 0 : revision->second);
    if (const storage::v1::FieldBase* base = sides.BaseNow(*planned.field)) {
      *field->mutable_base_before() = *base;
    }
    if (planned.base_after) {
      *field->mutable_base_after() = *planned.base_after;
    }
    field->set_practice_unknown(!sides.PracticeKnown(*planned.field));
  }
  return journal;
}

}  // namespace profilesync::sync
