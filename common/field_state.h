#pragma once

#include <string_view>

#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// How the two sides of a field stand to each other and to the base. Names and numbers are those of
// profilesync.v1.FieldDiff.State, to which it casts.
enum class FieldState {
  NOT_APPLICABLE = 1,
  NOT_COMPARABLE = 2,
  PRACTICE_UNKNOWN = 3,
  PENDING = 4,
  IN_SYNC = 5,
  COERCED = 6,
  NEVER_SYNCED = 7,
  PRACTICE_CHANGED = 8,
  PROFILE_CHANGED = 9,
  CONFLICT = 10,
};

// What is known of the practice side's value.
enum class PracticeSide {
  NO_SNAPSHOT,
  NOT_REPORTED,
  KNOWN_BLANK,
  VALUE,
};

// What the state of a field follows from. The forms are the bytes of normal forms made by one
// version of the normaliser; "" is blank.
struct FieldStateInput {
  // The profile's kind and the connector have the field.
  bool applicable = true;
  // The practice side can be read: it is neither masked nor write-only.
  bool comparable = true;
  // A write is in flight, of unknown outcome, or not yet visible.
  bool pending = false;
  std::string_view profile_form;
  PracticeSide practice = PracticeSide::NO_SNAPSHOT;
  // Looked at for VALUE only.
  std::string_view practice_form;
  // The pair last known to agree. A base of two blanks is a base.
  bool has_base = false;
  std::string_view base_profile_form;
  std::string_view base_practice_form;
};

FieldState StateOf(const FieldStateInput& input);

// Which side is written. Numbers are those of profilesync.v1.SyncDirection.
enum class Direction {
  NONE = 0,
  TO_PRACTICE = 1,
  TO_PROFILE = 2,
};

// The directions that rules, the connector and the state of client and add-on leave open.
struct PermittedDirections {
  bool to_practice = false;
  bool to_profile = false;

  bool any() const { return to_practice || to_profile; }
  bool Has(Direction direction) const;
};

// The firm's preference for a field; it decides only what nothing else does.
enum class Preference {
  ASK,
  PROFILE,
  PRACTICE,
};

// Why there is a suggestion, or none. Names and numbers are those of
// profilesync.v1.FieldDiff.SuggestionReason.
enum class SuggestionReason {
  ONE_SIDE_CHANGED = 1,
  FILLS_BLANK = 2,
  RULE_PREFERS = 3,
  NOTHING_TO_SYNC = 4,
  BOTH_SIDES_FILLED = 5,
  BOTH_SIDES_CHANGED = 6,
  SIDE_EMPTIED = 7,
  SIDE_NOT_WRITABLE = 8,
  WRITE_PENDING = 9,
  // None: the name of a person is pushed only when somebody asks.
  NAME_OF_PERSON = 10,
  RULE_FORBIDS = 11,
};

struct SuggestionInput {
  FieldState state = FieldState::IN_SYNC;
  bool profile_blank = false;
  bool practice_blank = false;
  PermittedDirections permitted;
  // Those that would be permitted if it weren't for a rule.
  PermittedDirections ruled_out;
  Preference preference = Preference::ASK;
  // The field is the name of an individual or sole trader.
  bool name_of_person = false;
};

struct Suggestion {
  Direction direction = Direction::NONE;
  SuggestionReason reason = SuggestionReason::NOTHING_TO_SYNC;
};

// The direction that loses nothing: never blank over a value, never to a side that isn't permitted.
Suggestion Suggest(const SuggestionInput& input);

// Whether the sides differ in a way that somebody should settle.
bool IsDiffering(FieldState state);

// Whether a field makes `can_sync` true: it differs, and some direction is permitted.
bool CountsForSync(FieldState state, PermittedDirections permitted);

}  // namespace profilesync
