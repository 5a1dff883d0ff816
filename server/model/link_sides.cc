#include "server/model/link_sides.h"

#include <algorithm>
#include <utility>

#include "common/compare.h"
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
static_assert(static_cast<int>(Direction::TO_PROFILE) == v1::TO_PROFILE);

// A value as callers see it.
type::FieldValue Shown(const Field& field, type::FieldValue value) {
  if (field.sensitive() && value.has_text()) {
    value.set_text(Masked(value.text()));
  }
  return value;
}

}  // namespace

Normaliser NormaliserOf(const v1::Firm& firm, const v1::Profile& profile) {
  return {profile.country_code().empty() ? firm.region_code() : profile.country_code(),
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
      bases_(FieldBases::Load(normaliser_, state.link.bases)) {}

const connector::FieldCapability* LinkSides::CapabilityOf(const Field& field) const {
  if (state_.connector == nullptr) {
    return nullptr;
  }
  const auto& fields = state_.connector->Describe().fields;
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& capability) {
    return capability.field == field.name();
  });
  return found == fields.end() ? nullptr : &*found;
}

std::string LinkSides::SourceOf(const Field& field) const {
  if (!state_.snapshot) {
    return "";
  }
  const auto& sources = state_.snapshot->client().field_sources();
  const auto found = sources.find(std::string(field.name()));
  return found == sources.end() ? "" : found->second;
}

std::string_view LinkSides::PendingOperation(const Field& field) const {
  if (!state_.unfinished) {
    return {};
  }
  for (const auto& result : state_.unfinished->field_results()) {
    if (result.field() == field.name() &&
        (result.outcome() == v1::FieldResult::OUTCOME_UNSPECIFIED ||
         result.outcome() == v1::FieldResult::UNKNOWN)) {
      return state_.unfinished->name();
    }
  }
  return {};
}

bool LinkSides::PracticeKnown(const Field& field) const {
  return state_.snapshot && field.Has(PracticeFields(state_));
}

type::FieldValue LinkSides::ProfileValue(const Field& field) const {
  return field.Get(state_.profile.profile.fields());
}

type::FieldValue LinkSides::PracticeValue(const Field& field) const {
  return field.Get(PracticeFields(state_));
}

bool LinkSides::Equal(const Field& field) const {
  return PracticeKnown(field) && profile_forms_.Of(field) == practice_forms_.Of(field);
}

storage::v1::FieldBase LinkSides::BaseOf(const Field& field, const type::FieldValue& profile_value,
                                         const type::FieldValue& practice_value) const {
  storage::v1::FieldBase base;
  base.set_field_number(field.number());
  *base.mutable_profile_value() = profile_value;
  *base.mutable_practice_value() = practice_value;
  base.set_profile_form(normaliser_.Normalise(field, profile_value).bytes);
  base.set_practice_form(normaliser_.Normalise(field, practice_value).bytes);
  base.set_source(SourceOf(field));
  return base;
}

FieldState LinkSides::StateOf(const Field& field) const {
  const connector::FieldCapability* capability = CapabilityOf(field);
  FieldStateInput input;
  input.applicable = capability != nullptr && field.AppliesTo(state_.profile.profile.kind());
  input.comparable = capability != nullptr && capability->readable && !field.sensitive();
  input.pending = !PendingOperation(field).empty();
  input.profile_form = profile_forms_.Of(field);
  input.practice_form = practice_forms_.Of(field);
  if (!state_.snapshot) {
    input.practice = PracticeSide::NO_SNAPSHOT;
  } else if (!field.Has(PracticeFields(state_))) {
    input.practice = PracticeSide::NOT_REPORTED;
  } else {
    input.practice = input.practice_form.empty() ? PracticeSide::KNOWN_BLANK : PracticeSide::VALUE;
  }
  if (const auto* base = bases_.Find(field, SourceOf(field))) {
    input.has_base = true;
    input.base_profile_form = base->profile_form();
    input.base_practice_form = base->practice_form();
  }
  return profilesync::StateOf(input);
}

PermittedDirections LinkSides::PermittedFor(const Field& field) const {
  PermittedDirections permitted;
  const connector::FieldCapability* capability = CapabilityOf(field);
  if (capability == nullptr || !field.AppliesTo(state_.profile.profile.kind()) ||
      state_.add_on.state() != v1::AddOn::ACTIVE || !state_.snapshot ||
      !PendingOperation(field).empty()) {
    return permitted;
  }
  const bool profile_blank = !ProfileValue(field).value_case();
  permitted.to_practice = state_.link.link.state() == v1::Link::ACTIVE &&
                          !state_.add_on.has_write_suspension() &&
                          (profile_blank ? state_.connector->CanClear(state_.tenant, field.name())
                                         : state_.connector->CanWrite(state_.tenant, field.name()));
  // A profile always has a name.
  const bool would_unname =
      field.kind() == type::PERSON_OR_ENTITY_NAME && !PracticeValue(field).value_case();
  permitted.to_profile =
      capability->readable && !field.sensitive() && PracticeKnown(field) && !would_unname;
  return permitted;
}

std::string LinkSides::EtagOf(const Field& field) const {
  return MakeFieldEtag(
      etag_key_,
      {.link = state_.link.link.name(),
       .field = field.name(),
       .profile_value = ProfileValue(field),
       .practice_known = PracticeKnown(field),
       .practice_value = PracticeValue(field),
       .mapping_revision = state_.connector ? state_.connector->Describe().mapping_revision : 0,
       .pending_operation = PendingOperation(field)});
}

Suggestion LinkSides::SuggestFor(const Field& field, FieldState state) const {
  return Suggest({.state = state,
                  .profile_blank = profile_forms_.Of(field).empty(),
                  .practice_blank = practice_forms_.Of(field).empty(),
                  .permitted = PermittedFor(field),
                  .name_of_person = IsNameOfPerson(field, state_.profile.profile.kind())});
}

v1::FieldDiff LinkSides::MakeFieldDiff(const Field& field, FieldState state) const {
  v1::FieldDiff diff;
  diff.set_field(std::string(field.name()));
  diff.set_label(std::string(field.label()));
  diff.set_state(static_cast<v1::FieldDiff::State>(state));
  const type::FieldValue profile = ProfileValue(field);
  const type::FieldValue practice = PracticeValue(field);
  if (profile.value_case()) {
    *diff.mutable_profile_value() = Shown(field, profile);
  }
  if (practice.value_case()) {
    *diff.mutable_practice_value() = Shown(field, practice);
  }
  if (state == FieldState::IN_SYNC) {
    diff.set_format_rule(std::string(FormatRule(normaliser_, field, profile, practice)));
  }
  diff.set_profile_unparsed(!profile_forms_.Parsed(field));
  diff.set_practice_unparsed(!practice_forms_.Parsed(field));
  const PermittedDirections permitted = PermittedFor(field);
  if (permitted.to_practice) {
    diff.add_permitted_directions(v1::TO_PRACTICE);
  }
  if (permitted.to_profile) {
    diff.add_permitted_directions(v1::TO_PROFILE);
  }
  const Suggestion suggestion = SuggestFor(field, state);
  diff.set_suggested_direction(static_cast<v1::SyncDirection>(suggestion.direction));
  diff.set_suggestion_reason(static_cast<v1::FieldDiff::SuggestionReason>(suggestion.reason));
  diff.set_etag(EtagOf(field));
  diff.set_pending_operation(std::string(PendingOperation(field)));
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
    const storage::v1::FieldBase* base = bases_.Find(field);
    if (base != nullptr && PracticeKnown(field) && base->source() != SourceOf(field)) {
      bases_.Clear(field);
    }
    const connector::FieldCapability* capability = CapabilityOf(field);
    if (capability != nullptr && capability->readable && !field.sensitive() && Equal(field) &&
        PendingOperation(field).empty()) {
      bases_.Set(field, BaseOf(field, ProfileValue(field), PracticeValue(field)));
    }
  }
}

}  // namespace profilesync::model
