#include "server/sync/evidence.h"

#include <algorithm>

#include "server/model/link_sides.h"

namespace profilesync::sync {

// A masked field has no normal form, and so none that could have changed.
Evidence EvidenceIn(const type::PracticeClient& client, const SyncPlan& plan,
                    const model::LinkState& state) {
  const Normaliser normaliser = model::NormaliserOf(state.firm, state.profile.profile);
  bool applied = false;
  bool not_applied = false;
  for (const PlannedField& planned : plan.fields()) {
    const Field& field = *planned.field;
    if (!planned.ToPush() || !field.Has(client.fields())) {
      continue;
    }
    const auto now = normaliser.Normalise(field, client.fields());
    const auto wanted = normaliser.Normalise(field, planned.wanted);
    const auto before = normaliser.Normalise(field, planned.practice_before);
    if (now != wanted && now != before) {
      return Evidence::kNone;
    }
    applied = applied || (now == wanted && wanted != before);
    not_applied = not_applied || now != wanted;
  }
  if (applied == not_applied) {
    return Evidence::kNone;
  }
  return applied ? Evidence::kApplied : Evidence::kNotApplied;
}

bool IsShowable(const SyncPlan& plan, const model::LinkState& state) {
  const Normaliser normaliser = model::NormaliserOf(state.firm, state.profile.profile);
  return std::any_of(plan.fields().begin(), plan.fields().end(), [&](const PlannedField& planned) {
    return planned.ToPush() && normaliser.Normalise(*planned.field, planned.wanted) !=
                                   normaliser.Normalise(*planned.field, planned.practice_before);
  });
}

}  // namespace profilesync::sync
