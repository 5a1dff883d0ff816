#include "server/model/link_sides.h"

#include <utility>

#include "common/mask.h"
#include "common/resource_name.h"
#include "server/model/field_etag.h"

namespace profilesync::model {
namespace {

const type::ClientFields& PracticeFields(const LinkState& state) {
  return state.snapshot ? state.snapshot->client().fields()
                        : type::ClientFields::default_instance();
}

storage::v1::FieldForms StoredPracticeForms(const LinkState& state) {
  return state.snapshot ? state.snapshot->forms() : storage::v1::FieldForms();
}

bool IsNameOfPerson(const Field& field, type::PartyKind kind) {
  return field.kind() == type::PERSON_OR_ENTITY_NAME &&
         (kind == type::INDIVIDUAL || kind == type::SOLE_TRADER);
}

// The states and reasons of common/ are cast to the API's.
static_assert(static_cast<int>(FieldState::CONFLICT) == v1::FieldDiff::CONFLICT);
static_assert(static_cast<int>(FieldState::NOT_APPLICABLE) == v1::FieldDiff::NOT_APPLICABLE);
static_assert(static_cast<int>(FieldState::IN_SYNC) == v1::FieldDiff::IN_SYNC);
static_assert(static_cast<int>(SuggestionReason::NAME_OF_PERSON) == v1::FieldDiff::NAME_OF_PERSON);
static_assert(static_cast<int>(SuggestionReason::FILLS_BLANK) == v1::FieldDiff::FILLS_BLANK);
static_assert(static_cast<int>(SuggestionReason::RULE_FORBIDS) == v1::FieldDiff::RULE_FORBIDS);
static_assert(static_cast<int>(Direction::TO_PROFILE) == v1::TO_PROFILE);

}  // namespace

Normaliser NormaliserOf(const v1::Firm& firm, const v1::Profile& profile) {
  return {profile.region_code().empty() ? firm.region_code() : profile.region_code(),
          profile.kind()};
}

LinkSides::LinkSides(const LinkState& state, std::string_view etag_key)
    : state_(state),
      etag_key_(etag_key),
      normaliser_(NormaliserOf(state.firm, state.profile.profile)),
      profile_forms_(SideForms::Load(normaliser_, state.profile.profile.fields(),
                                     state.profile.extra.forms())),
      practice_forms_(
          SideForms::Load(normaliser_, PracticeFields(state), StoredPracticeForms(state))),
      bases_(FieldBases::Load(normaliser_, state.link.bases)),
      fields_(Catalogue::Get().size()) {
  FindCapabilities();
  FindPending();
  for (const Field& field : Catalogue::Get().All()) {
    FieldSides& sides = fields_[field.index()];
    sides = Look(field, std::move(sides));
  }
}

void LinkSides::FindCapabilities() {
  if (state_.connector == nullptr) {
    return;
  }
  for (const connector::FieldCapability& capability : state_.connector->Describe().fields) {
    if (const Field* field = Catalogue::Get().Find(capability.field)) {
      fields_[field->index()].capability = &capability;
    }
  }
}

void LinkSides::FindPending() {
  if (!state_.unfinished) {
    return;
  }
  for (const v1::FieldResult& result : state_.unfinished->field_results()) {
    const Field* field = Catalogue::Get().Find(result.field());
    if (field != nullptr && (result.outcome() == v1::FieldResult::OUTCOME_UNSPECIFIED ||
                             result.outcome() == v1::FieldResult::UNKNOWN)) {
      fields_[field->index()].pending_operation = state_.unfinished->name();
    }
  }
}

LinkSides::FieldSides LinkSides::Look(const Field& field, FieldSides sides) const {
  sides.applicable = sides.capability != nullptr && field.AppliesTo(state_.profile.profile.kind());
  sides.comparable =
      sides.capability != nullptr && sides.capability->readable && !field.sensitive();
  sides.profile = field.Get(state_.profile.profile.fields());
  if (state_.snapshot) {
    sides.practice_known = field.Has(PracticeFields(state_));
    sides.practice = field.Get(PracticeFields(state_));
    const auto& sources = state_.snapshot->client().field_sources();
    const auto source = sources.find(std::string(field.name()));
    sides.source = source == sources.end() ? std::string_view() : source->second;
  }
  Permit(field, &sides);
  return sides;
}

PermittedDirections LinkSides::PossibleFor(const Field& field, const FieldSides& sides) const {
  PermittedDirections permitted;
  if (!sides.applicable || state_.add_on.state() != v1::AddOn::ACTIVE || !state_.snapshot ||
      !sides.pending_operation.empty()) {
    return permitted;
  }
  permitted.to_practice =
      state_.link.link.state() == v1::Link::ACTIVE && !state_.add_on.has_write_suspension() &&
      (sides.profile.value_case() ? state_.connector->CanWrite(state_.tenant, field.name())
                                  : state_.connector->CanClear(state_.tenant, field.name()));
  // A profile always has a name.
  const bool would_unname =
      field.kind() == type::PERSON_OR_ENTITY_NAME && !sides.practice.value_case();
  permitted.to_profile = sides.comparable && sides.practice_known && !would_unname;
  return permitted;
}

// The one place where rules are enforced: diffs, suggestions, syncs and reverts follow from it.
void LinkSides::Permit(const Field& field, FieldSides* sides) const {
  const PermittedDirections possible = PossibleFor(field, *sides);
  sides->rule = state_.rules.Find(field);
  const PermittedDirections allowed = AllowedBy(sides->rule);
  sides->permitted = {.to_practice = possible.to_practice && allowed.to_practice,
                      .to_profile = possible.to_profile && allowed.to_profile};
  sides->ruled_out = {.to_practice = possible.to_practice && !allowed.to_practice,
                      .to_profile = possible.to_profile && !allowed.to_profile};
}

std::string_view LinkSides::RuleAgainst(const Field& field, v1::SyncDirection direction) const {
  const FieldSides& sides = At(field);
  return sides.ruled_out.Has(static_cast<Direction>(direction)) ? sides.rule->name()
                                                                : std::string_view();
}

bool LinkSides::Equal(const Field& field) const {
  return PracticeKnown(field) && profile_forms_.Of(field) == practice_forms_.Of(field);
}

storage::v1::FieldBase LinkSides::BaseOf(const Field& field, const type::FieldValue& profile_value,
                                         const type::FieldValue& practice_value) const {
  return FieldBases::Make(normaliser_, field, profile_value, practice_value, At(field).source);
}

// The base that the current pair makes. The stored one, where it is of the same pair; else the
// forms that are at hand serve.
storage::v1::FieldBase LinkSides::CurrentBase(const Field& field) const {
  const FieldSides& sides = At(field);
  const storage::v1::FieldBase* base = bases_.Find(field, sides.source);
  if (base != nullptr && SameValue(base->profile_value(), sides.profile) &&
      SameValue(base->practice_value(), sides.practice)) {
    return *base;
  }
  return FieldBases::Make(normaliser_, field, sides.profile, profile_forms_.Of(field),
                          sides.practice, practice_forms_.Of(field), sides.source);
}

FieldState LinkSides::StateOf(const Field& field) const {
  const FieldSides& sides = At(field);
  FieldStateInput input;
  input.applicable = sides.applicable;
  input.comparable = sides.comparable;
  input.pending = !sides.pending_operation.empty();
  input.profile_form = profile_forms_.Of(field);
  input.practice_form = practice_forms_.Of(field);
  if (!state_.snapshot) {
    input.practice = PracticeSide::NO_SNAPSHOT;
  } else if (!sides.practice_known) {
    input.practice = PracticeSide::NOT_REPORTED;
  } else {
    input.practice = input.practice_form.empty() ? PracticeSide::KNOWN_BLANK : PracticeSide::VALUE;
  }
  if (const auto* base = bases_.Find(field, sides.source)) {
    input.has_base = true;
    input.base_profile_form = base->profile_form();
    input.base_practice_form = base->practice_form();
  }
  return profilesync::StateOf(input);
}

std::string LinkSides::EtagOf(const Field& field) const {
  const FieldSides& sides = At(field);
  return MakeFieldEtag(
      etag_key_,
      {.link = state_.link.link.name(),
       .practice_client_id = state_.link.link.practice_client_id(),
       .field = field.name(),
       .profile_value = sides.profile,
       .practice_known = sides.practice_known,
       .practice_value = sides.practice,
       .mapping_revision = state_.connector ? state_.connector->Describe().mapping_revision : 0,
       .pending_operation = sides.pending_operation});
}

Suggestion LinkSides::SuggestFor(const Field& field, FieldState state) const {
  const FieldSides& sides = At(field);
  return Suggest({.state = state,
                  .profile_blank = profile_forms_.Of(field).empty(),
                  .practice_blank = practice_forms_.Of(field).empty(),
                  .permitted = sides.permitted,
                  .ruled_out = sides.ruled_out,
                  .preference = PreferenceOf(sides.rule),
                  .name_of_person = IsNameOfPerson(field, state_.profile.profile.kind())});
}

v1::FieldDiff LinkSides::MakeFieldDiff(const Field& field, FieldState state) const {
  const FieldSides& sides = At(field);
  v1::FieldDiff diff;
  diff.set_field(std::string(field.name()));
  diff.set_label(std::string(field.label()));
  diff.set_state(static_cast<v1::FieldDiff::State>(state));
  if (sides.profile.value_case()) {
    *diff.mutable_profile_value() = Shown(field, sides.profile);
  }
  if (sides.practice.value_case()) {
    *diff.mutable_practice_value() = Shown(field, sides.practice);
  }
  const storage::v1::FieldBase* base = bases_.Find(field);
  if (state == FieldState::IN_SYNC && base != nullptr) {
    diff.set_format_rule(base->format_rule());
  }
  diff.set_profile_unparsed(!profile_forms_.Parsed(field));
  diff.set_practice_unparsed(!practice_forms_.Parsed(field));
  if (sides.permitted.to_practice) {
    diff.add_permitted_directions(v1::TO_PRACTICE);
  }
  if (sides.permitted.to_profile) {
    diff.add_permitted_directions(v1::TO_PROFILE);
  }
  const Suggestion suggestion = SuggestFor(field, state);
  diff.set_suggested_direction(static_cast<v1::SyncDirection>(suggestion.direction));
  diff.set_suggestion_reason(static_cast<v1::FieldDiff::SuggestionReason>(suggestion.reason));
  diff.set_etag(EtagOf(field));
  diff.set_pending_operation(std::string(sides.pending_operation));
  if (sides.rule != nullptr) {
    diff.set_field_rule(sides.rule->name());
  }
  return diff;
}

v1::Diff LinkSides::MakeDiff() const {
  const v1::Link& link = state_.link.link;
  v1::Diff diff;
  diff.set_name(DiffName(state_.firm_id, LastId(link.name())));
  diff.set_link(link.name());
  diff.set_profile(link.profile());
  diff.set_profile_display_name(state_.profile.profile.fields().name());
  diff.set_profile_kind(state_.profile.profile.kind());
  diff.set_add_on(link.add_on());
  diff.set_practice_client_id(link.practice_client_id());
  diff.set_practice_client_display_name(link.practice_client_display_name());
  diff.set_link_state(link.state());
  int differing = 0;
  for (const Field& field : Catalogue::Get().All()) {
    const FieldState state = StateOf(field);
    if (state == FieldState::NOT_APPLICABLE) {
      continue;
    }
    *diff.add_fields() = MakeFieldDiff(field, state);
    differing += IsDiffering(state) ? 1 : 0;
    diff.set_can_sync(diff.can_sync() || CountsForSync(state, PermittedFor(field)));
  }
  diff.set_differing_count(differing);
  if (state_.snapshot) {
    *diff.mutable_refresh_time() = state_.snapshot->fetch_start_time();
  }
  diff.set_refresh_due(state_.link.refresh_due != absl::InfinitePast());
  return diff;
}

void LinkSides::SettleBases() {
  for (const Field& field : Catalogue::Get().All()) {
    const FieldSides& sides = At(field);
    const storage::v1::FieldBase* base = bases_.Find(field);
    if (base != nullptr && sides.practice_known && base->source() != sides.source) {
      bases_.Clear(field);
    }
    if (sides.comparable && Equal(field) && sides.pending_operation.empty()) {
      bases_.Set(field, CurrentBase(field));
    }
  }
}

}  // namespace profilesync::model
