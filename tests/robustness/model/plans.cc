// What the design has an operation do, field by field, planned on what the practice client holds.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/robustness/model/runner.h"

namespace profilesync::robustness {
namespace {

OpField FieldOf(const World& world, const LinkModel& link, int field, bool to_practice) {
  const ProfileModel& profile = world.profiles[link.profile];
  return {.field = field,
          .to_practice = to_practice,
          .profile_before = profile.values[field],
          .practice_before = link.known[field],
          .version = profile.versions[field],
          .base_before = link.bases[field]};
}

// A side that isn't known holds nothing that could be told from blank.
int Raw(int value) { return value == kNoValue ? kBlank : value; }

// Whether `clear` is wrong for a field that is to be written.
bool ClearIsWrong(const Wish& wish, const OpField& field) {
  return (field.wanted == kBlank) != wish.clear;
}

bool CanBeEmptied(const Wish& wish) {
  const FieldSpec& spec = Specs()[wish.field];
  return wish.to_practice ? spec.clearable : spec.name != "name";
}

// The outcome that is known before anything is written; OUTCOME_UNSPECIFIED: it is to be written.
Outcome Foreseen(const World& world, const LinkModel& link, const Wish& wish,
                 const OpField& field) {
  const FieldSpec& spec = Specs()[wish.field];
  if (wish.etag_key != world.EtagKey(link, wish.field)) {
    return v1::FieldResult::MOVED;
  }
  const int target = wish.to_practice ? link.known[wish.field] : field.profile_before;
  if (!spec.sensitive && link.known[wish.field] != kNoValue && field.wanted == target) {
    return v1::FieldResult::UNCHANGED;
  }
  return world.Permitted(link, wish.field, wish.to_practice) ? v1::FieldResult::OUTCOME_UNSPECIFIED
                                                             : v1::FieldResult::REFUSED;
}

}  // namespace

Plan Runner::PlanOf(const Attempt& attempt, const std::vector<int>& fetched) const {
  LinkModel link = world_.links[attempt.link];
  link.known = Merge(link.known, fetched);
  switch (attempt.kind) {
    case v1::SyncOperation::REVERT:
      return PlanRevert(attempt, link);
    case v1::SyncOperation::RESTORE:
      return PlanRestore(attempt, link);
    default:
      return PlanSync(attempt, link);
  }
}

Plan Runner::PlanSync(const Attempt& attempt, const LinkModel& link) const {
  Plan plan;
  LinkModel stored = world_.links[attempt.link];
  stored.known = attempt.known_before;
  for (const Wish& wish : attempt.wishes) {
    const FieldSpec& spec = Specs()[wish.field];
    OpField field = FieldOf(world_, link, wish.field, wish.to_practice);
    field.wanted = wish.to_practice ? field.profile_before : Raw(field.practice_before);
    field.outcome = Foreseen(world_, link, wish, field);
    plan.invalid = plan.invalid || wish.foreign || (spec.sensitive && !wish.to_practice) ||
                   (wish.clear && !CanBeEmptied(wish)) || (attempt.stale && wish.to_practice);
    // The same on what was stored when the call came.
    OpField before = FieldOf(world_, stored, wish.field, wish.to_practice);
    before.wanted = wish.to_practice ? before.profile_before : Raw(before.practice_before);
    if (Foreseen(world_, stored, wish, before) == v1::FieldResult::OUTCOME_UNSPECIFIED &&
        ClearIsWrong(wish, before)) {
      plan.invalid = true;
    }
    if (field.outcome == v1::FieldResult::OUTCOME_UNSPECIFIED && ClearIsWrong(wish, field)) {
      field.outcome = v1::FieldResult::REFUSED;
    }
    plan.refused = plan.refused || field.outcome == v1::FieldResult::MOVED ||
                   field.outcome == v1::FieldResult::REFUSED;
    plan.unsure = plan.unsure || spec.sensitive;
    plan.fields.push_back(field);
  }
  return plan;
}

Plan Runner::PlanRevert(const Attempt& attempt, const LinkModel& link) const {
  Plan plan;
  for (const OpField& was : world_.ops[attempt.original].fields) {
    if (!was.Written()) {
      continue;
    }
    const FieldSpec& spec = Specs()[was.field];
    OpField field = FieldOf(world_, link, was.field, was.to_practice);
    field.wanted = was.to_practice ? Raw(was.practice_before) : was.profile_before;
    field.base_after = was.base_before;
    const bool person = world_.profiles[link.profile].person;
    const int left = was.outcome == v1::FieldResult::COERCED ? was.kept : was.wanted;
    const int now = was.to_practice ? Raw(link.known[was.field]) : field.profile_before;
    const bool there =
        was.to_practice ? spec.Form(now, person) == spec.Form(left, person) : now == left;
    // What it was before isn't known where it wasn't shown.
    const bool hidden = was.to_practice && was.practice_before == kNoValue;
    field.maybe_hidden = was.maybe_hidden;
    plan.unsure = plan.unsure || was.maybe_hidden;
    if (spec.sensitive || hidden || !world_.Permitted(link, was.field, was.to_practice) ||
        (was.to_practice && field.wanted == kBlank && !spec.clearable)) {
      field.outcome = v1::FieldResult::REFUSED;
    } else if (now == field.wanted) {
      field.outcome = v1::FieldResult::UNCHANGED;
    } else if (!there) {
      field.outcome = v1::FieldResult::MOVED;
    }
    plan.refused = plan.refused || field.outcome == v1::FieldResult::MOVED ||
                   field.outcome == v1::FieldResult::REFUSED;
    plan.fields.push_back(field);
  }
  return plan;
}

Plan Runner::PlanRestore(const Attempt& attempt, const LinkModel& link) const {
  Plan plan;
  const OpModel& original = world_.ops[attempt.original];
  for (int f = 0; f < static_cast<int>(Specs().size()); ++f) {
    const FieldSpec& spec = Specs()[f];
    const int was = spec.Shown(Raw(original.before[f]));
    const int left = spec.Shown(Raw((*original.after)[f]));
    const int now = spec.Shown(Raw(link.known[f]));
    if (was == left || was == now || (spec.in_tax_block && !original.tax_shown)) {
      continue;
    }
    OpField field = FieldOf(world_, link, f, true);
    field.wanted = was;
    if (now != left) {
      field.outcome = v1::FieldResult::MOVED;
    } else if (spec.sensitive || (was == kBlank && !spec.clearable)) {
      field.outcome = v1::FieldResult::REFUSED;
    }
    plan.fields.push_back(field);
  }
  return plan;
}

bool Runner::AcceptedBy(const Attempt& attempt, const Plan& plan) const {
  const bool whole = attempt.partial || attempt.kind == v1::SyncOperation::RESTORE;
  return !plan.invalid && (whole || !plan.refused);
}

}  // namespace profilesync::robustness
