#include "common/field_state.h"

namespace profilesync {
namespace {

Suggestion None(SuggestionReason reason) { return {Direction::NONE, reason}; }

// `direction` for `reason`, unless that would write a blank, or a side that can't be written.
Suggestion Toward(Direction direction, SuggestionReason reason, const SuggestionInput& input) {
  const bool to_practice = direction == Direction::TO_PRACTICE;
  const bool source_blank = to_practice ? input.profile_blank : input.practice_blank;
  if (source_blank) {
    return None(SuggestionReason::SIDE_EMPTIED);
  }
  if (to_practice && input.name_of_person) {
    return None(SuggestionReason::NAME_OF_PERSON);
  }
  if (!input.permitted.Has(direction)) {
    return None(input.ruled_out.Has(direction) ? SuggestionReason::RULE_FORBIDS
                                               : SuggestionReason::SIDE_NOT_WRITABLE);
  }
  return {direction, reason};
}

// What the firm prefers where nothing else decides; else none with `otherwise`.
Suggestion ByPreference(const SuggestionInput& input, SuggestionReason otherwise) {
  switch (input.preference) {
    case Preference::PROFILE:
      return Toward(Direction::TO_PRACTICE, SuggestionReason::RULE_PREFERS, input);
    case Preference::PRACTICE:
      return Toward(Direction::TO_PROFILE, SuggestionReason::RULE_PREFERS, input);
    case Preference::ASK:
      break;
  }
  return None(otherwise);
}

Suggestion ForNeverSynced(const SuggestionInput& input) {
  if (input.profile_blank) {
    return Toward(Direction::TO_PROFILE, SuggestionReason::FILLS_BLANK, input);
  }
  if (input.practice_blank) {
    return Toward(Direction::TO_PRACTICE, SuggestionReason::FILLS_BLANK, input);
  }
  return ByPreference(input, SuggestionReason::BOTH_SIDES_FILLED);
}

Suggestion ForConflict(const SuggestionInput& input) {
  if (input.profile_blank || input.practice_blank) {
    return None(SuggestionReason::SIDE_EMPTIED);
  }
  return ByPreference(input, SuggestionReason::BOTH_SIDES_CHANGED);
}

}  // namespace

FieldState StateOf(const FieldStateInput& input) {
  if (!input.applicable) {
    return FieldState::NOT_APPLICABLE;
  }
  if (!input.comparable) {
    return FieldState::NOT_COMPARABLE;
  }
  if (input.practice == PracticeSide::NO_SNAPSHOT || input.practice == PracticeSide::NOT_REPORTED) {
    return FieldState::PRACTICE_UNKNOWN;
  }
  if (input.pending) {
    return FieldState::PENDING;
  }
  const std::string_view practice_form =
      input.practice == PracticeSide::VALUE ? input.practice_form : std::string_view();
  if (input.profile_form == practice_form) {
    return FieldState::IN_SYNC;
  }
  if (!input.has_base) {
    return FieldState::NEVER_SYNCED;
  }
  const bool profile_kept = input.profile_form == input.base_profile_form;
  const bool practice_kept = practice_form == input.base_practice_form;
  if (profile_kept && practice_kept) {
    return FieldState::COERCED;
  }
  if (profile_kept) {
    return FieldState::PRACTICE_CHANGED;
  }
  return practice_kept ? FieldState::PROFILE_CHANGED : FieldState::CONFLICT;
}

bool PermittedDirections::Has(Direction direction) const {
  switch (direction) {
    case Direction::TO_PRACTICE:
      return to_practice;
    case Direction::TO_PROFILE:
      return to_profile;
    case Direction::NONE:
      break;
  }
  return false;
}

Suggestion Suggest(const SuggestionInput& input) {
  switch (input.state) {
    case FieldState::PENDING:
      return None(SuggestionReason::WRITE_PENDING);
    case FieldState::NEVER_SYNCED:
      return ForNeverSynced(input);
    case FieldState::PRACTICE_CHANGED:
      return Toward(Direction::TO_PROFILE, SuggestionReason::ONE_SIDE_CHANGED, input);
    case FieldState::PROFILE_CHANGED:
      return Toward(Direction::TO_PRACTICE, SuggestionReason::ONE_SIDE_CHANGED, input);
    case FieldState::CONFLICT:
      return ForConflict(input);
    case FieldState::NOT_APPLICABLE:
    case FieldState::NOT_COMPARABLE:
    case FieldState::PRACTICE_UNKNOWN:
    case FieldState::IN_SYNC:
    case FieldState::COERCED:
      break;
  }
  return None(SuggestionReason::NOTHING_TO_SYNC);
}

bool IsDiffering(FieldState state) {
  return state == FieldState::NEVER_SYNCED || state == FieldState::PRACTICE_CHANGED ||
         state == FieldState::PROFILE_CHANGED || state == FieldState::CONFLICT;
}

bool CountsForSync(FieldState state, PermittedDirections permitted) {
  return IsDiffering(state) && permitted.any();
}

}  // namespace profilesync
