#include "common/field_state.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/normalise.h"
#include "gtest/gtest.h"

namespace profilesync {
namespace {

using enum FieldState;
using enum PracticeSide;

struct Base {
  const char* profile;
  const char* practice;
};

struct Row {
  const char* what;
  const char* profile;
  PracticeSide practice;
  const char* practice_form;
  std::optional<Base> base;
  FieldState expected;
};

FieldStateInput InputOf(const Row& row) {
  FieldStateInput input;
  input.profile_form = row.profile;
  input.practice = row.practice;
  input.practice_form = row.practice_form;
  input.has_base = row.base.has_value();
  if (row.base) {
    input.base_profile_form = row.base->profile;
    input.base_practice_form = row.base->practice;
  }
  return input;
}

// "" is blank, A, B and C differ. Two values that differ in format only have one form.
const Row kRows[] = {
    {"no snapshot", "A", NO_SNAPSHOT, "", {}, PRACTICE_UNKNOWN},
    {"no snapshot, both blank", "", NO_SNAPSHOT, "", {}, PRACTICE_UNKNOWN},
    {"no snapshot, base", "A", NO_SNAPSHOT, "", Base{"A", "A"}, PRACTICE_UNKNOWN},
    {"not reported, value", "A", NOT_REPORTED, "", {}, PRACTICE_UNKNOWN},
    {"not reported, blank", "", NOT_REPORTED, "", {}, PRACTICE_UNKNOWN},
    {"not reported, base", "", NOT_REPORTED, "", Base{"", ""}, PRACTICE_UNKNOWN},
    {"a form left over beside not reported", "A", NOT_REPORTED, "A", {}, PRACTICE_UNKNOWN},

    {"equal or format only, no base", "A", VALUE, "A", {}, IN_SYNC},
    {"equal or format only, base agrees", "A", VALUE, "A", Base{"A", "A"}, IN_SYNC},
    {"equal, both moved to it", "A", VALUE, "A", Base{"B", "B"}, IN_SYNC},
    {"equal, base coerced", "A", VALUE, "A", Base{"A", "B"}, IN_SYNC},
    {"blank and known blank, no base", "", KNOWN_BLANK, "", {}, IN_SYNC},
    {"blank and known blank, base blank", "", KNOWN_BLANK, "", Base{"", ""}, IN_SYNC},
    {"blank and known blank, both emptied", "", KNOWN_BLANK, "", Base{"A", "A"}, IN_SYNC},
    {"a form left over beside known blank", "", KNOWN_BLANK, "A", {}, IN_SYNC},

    {"coerced, untouched", "A", VALUE, "B", Base{"A", "B"}, COERCED},
    {"coerced to blank, untouched", "A", KNOWN_BLANK, "", Base{"A", ""}, COERCED},
    {"clear coerced to a value", "", VALUE, "B", Base{"", "B"}, COERCED},

    {"never synced, both filled", "A", VALUE, "B", {}, NEVER_SYNCED},
    {"never synced, profile blank", "", VALUE, "B", {}, NEVER_SYNCED},
    {"never synced, practice known blank", "A", KNOWN_BLANK, "", {}, NEVER_SYNCED},

    {"practice moved", "A", VALUE, "B", Base{"A", "A"}, PRACTICE_CHANGED},
    {"practice emptied", "A", KNOWN_BLANK, "", Base{"A", "A"}, PRACTICE_CHANGED},
    {"practice filled since both were blank", "", VALUE, "B", Base{"", ""}, PRACTICE_CHANGED},
    {"practice moved on after a coercion", "A", VALUE, "C", Base{"A", "B"}, PRACTICE_CHANGED},

    {"profile moved", "B", VALUE, "A", Base{"A", "A"}, PROFILE_CHANGED},
    {"profile emptied", "", VALUE, "A", Base{"A", "A"}, PROFILE_CHANGED},
    {"profile filled since both were blank", "B", KNOWN_BLANK, "", Base{"", ""}, PROFILE_CHANGED},
    {"profile moved on after a coercion", "C", VALUE, "B", Base{"A", "B"}, PROFILE_CHANGED},

    {"both moved apart", "B", VALUE, "C", Base{"A", "A"}, CONFLICT},
    {"profile moved, practice emptied", "B", KNOWN_BLANK, "", Base{"A", "A"}, CONFLICT},
    {"profile emptied, practice moved", "", VALUE, "B", Base{"A", "A"}, CONFLICT},
    {"both filled apart since blank", "A", VALUE, "B", Base{"", ""}, CONFLICT},
    {"the halves of a coercion swapped", "B", VALUE, "A", Base{"A", "B"}, CONFLICT},
};

TEST(StateOfTest, Table) {
  for (const Row& row : kRows) {
    EXPECT_EQ(StateOf(InputOf(row)), row.expected) << row.what;
  }
}

// The rows above PRACTICE_UNKNOWN win over all below, and PENDING over what follows it.
TEST(StateOfTest, FirstMatchWins) {
  for (const Row& row : kRows) {
    FieldStateInput input = InputOf(row);
    input.pending = true;
    EXPECT_EQ(StateOf(input), row.expected == PRACTICE_UNKNOWN ? PRACTICE_UNKNOWN : PENDING)
        << row.what;
    input.comparable = false;
    EXPECT_EQ(StateOf(input), NOT_COMPARABLE) << row.what;
    input.applicable = false;
    EXPECT_EQ(StateOf(input), NOT_APPLICABLE) << row.what;
    input.comparable = true;
    input.pending = false;
    EXPECT_EQ(StateOf(input), NOT_APPLICABLE) << row.what;
  }
}

// Every way in which a side can be empty or written, against each other, by real forms.
TEST(StateOfTest, EveryPairOfBlankKnownBlankNotReportedAndFormatOnly) {
  struct Profile {
    const char* what;
    std::optional<std::string> text;
  };
  struct Practice {
    const char* what;
    PracticeSide side;
    const char* text;
  };
  const Profile profiles[] = {
      {"absent", std::nullopt}, {"empty", ""}, {"white space", " \n"}, {"value", "09 555 0142"}};
  const Practice practices[] = {
      {"no snapshot", NO_SNAPSHOT, ""}, {"not reported", NOT_REPORTED, ""},
      {"known blank", KNOWN_BLANK, ""}, {"white space", VALUE, " "},
      {"same", VALUE, "09 555 0142"},   {"format only", VALUE, "+64 (9) 555-0142"},
      {"other", VALUE, "09 555 0143"}};
  const FieldState blank_row[] = {PRACTICE_UNKNOWN, PRACTICE_UNKNOWN, IN_SYNC,     IN_SYNC,
                                  NEVER_SYNCED,     NEVER_SYNCED,     NEVER_SYNCED};
  const FieldState value_row[] = {PRACTICE_UNKNOWN, PRACTICE_UNKNOWN, NEVER_SYNCED, NEVER_SYNCED,
                                  IN_SYNC,          IN_SYNC,          NEVER_SYNCED};
  const Field& phone = *Catalogue::Get().Find("primary_phone");
  const Normaliser normaliser("NZ", type::COMPANY);
  for (const Profile& profile : profiles) {
    type::ClientFields fields;
    if (profile.text) {
      fields.set_primary_phone(*profile.text);
    }
    const NormalForm profile_form = normaliser.Normalise(phone, fields);
    for (std::size_t i = 0; i < std::size(practices); ++i) {
      type::FieldValue practice_value;
      practice_value.set_text(practices[i].text);
      const NormalForm practice_form = normaliser.Normalise(phone, practice_value);
      FieldStateInput input;
      input.profile_form = profile_form.bytes;
      input.practice = practices[i].side;
      input.practice_form = practice_form.bytes;
      EXPECT_EQ(StateOf(input), profile_form.blank() ? blank_row[i] : value_row[i])
          << profile.what << " and " << practices[i].what;
    }
  }
}

struct SuggestionRow {
  const char* what;
  FieldState state;
  bool profile_blank;
  bool practice_blank;
  Preference preference;
  Direction direction;
  SuggestionReason reason;
};

constexpr Direction kNone = Direction::NONE;
constexpr Direction kToPractice = Direction::TO_PRACTICE;
constexpr Direction kToProfile = Direction::TO_PROFILE;
using enum SuggestionReason;
using enum Preference;

const SuggestionRow kSuggestions[] = {
    {"profile moved", PROFILE_CHANGED, false, false, ASK, kToPractice, ONE_SIDE_CHANGED},
    {"profile filled", PROFILE_CHANGED, false, true, ASK, kToPractice, ONE_SIDE_CHANGED},
    {"profile emptied", PROFILE_CHANGED, true, false, ASK, kNone, SIDE_EMPTIED},
    {"practice moved", PRACTICE_CHANGED, false, false, ASK, kToProfile, ONE_SIDE_CHANGED},
    {"practice filled", PRACTICE_CHANGED, true, false, ASK, kToProfile, ONE_SIDE_CHANGED},
    {"practice emptied", PRACTICE_CHANGED, false, true, ASK, kNone, SIDE_EMPTIED},
    {"fills the profile", NEVER_SYNCED, true, false, ASK, kToProfile, FILLS_BLANK},
    {"fills the practice", NEVER_SYNCED, false, true, ASK, kToPractice, FILLS_BLANK},
    {"both filled", NEVER_SYNCED, false, false, ASK, kNone, BOTH_SIDES_FILLED},
    {"conflict", CONFLICT, false, false, ASK, kNone, BOTH_SIDES_CHANGED},
    {"conflict, profile emptied", CONFLICT, true, false, ASK, kNone, SIDE_EMPTIED},
    {"conflict, practice emptied", CONFLICT, false, true, ASK, kNone, SIDE_EMPTIED},
    {"pending", PENDING, false, false, ASK, kNone, WRITE_PENDING},
    {"in sync", IN_SYNC, false, false, PROFILE, kNone, NOTHING_TO_SYNC},
    {"coerced", COERCED, false, false, ASK, kNone, NOTHING_TO_SYNC},
    {"not comparable", NOT_COMPARABLE, false, true, PRACTICE, kNone, NOTHING_TO_SYNC},
    {"not applicable", NOT_APPLICABLE, false, true, ASK, kNone, NOTHING_TO_SYNC},
    {"practice unknown", PRACTICE_UNKNOWN, false, true, PROFILE, kNone, NOTHING_TO_SYNC},

    {"rule, both filled", NEVER_SYNCED, false, false, PROFILE, kToPractice, RULE_PREFERS},
    {"rule, both filled", NEVER_SYNCED, false, false, PRACTICE, kToProfile, RULE_PREFERS},
    {"rule, conflict", CONFLICT, false, false, PROFILE, kToPractice, RULE_PREFERS},
    {"rule, conflict", CONFLICT, false, false, PRACTICE, kToProfile, RULE_PREFERS},
    {"no rule pushes a blank", CONFLICT, true, false, PROFILE, kNone, SIDE_EMPTIED},
    {"no rule pushes a blank", NEVER_SYNCED, true, false, PROFILE, kToProfile, FILLS_BLANK},
    {"no rule pushes a blank", PROFILE_CHANGED, true, false, PROFILE, kNone, SIDE_EMPTIED},
};

SuggestionInput InputOf(const SuggestionRow& row) {
  SuggestionInput input;
  input.state = row.state;
  input.profile_blank = row.profile_blank;
  input.practice_blank = row.practice_blank;
  input.preference = row.preference;
  input.permitted = {true, true};
  return input;
}

TEST(SuggestTest, Table) {
  for (const SuggestionRow& row : kSuggestions) {
    const Suggestion suggestion = Suggest(InputOf(row));
    EXPECT_EQ(suggestion.direction, row.direction) << row.what;
    EXPECT_EQ(suggestion.reason, row.reason) << row.what;
  }
}

TEST(SuggestTest, NeverToASideThatIsNotPermitted) {
  for (const SuggestionRow& row : kSuggestions) {
    SuggestionInput input = InputOf(row);
    input.permitted = {row.direction != kToPractice, row.direction != kToProfile};
    const Suggestion suggestion = Suggest(input);
    EXPECT_EQ(suggestion.direction, kNone) << row.what;
    EXPECT_EQ(suggestion.reason, row.direction == kNone ? row.reason : SIDE_NOT_WRITABLE)
        << row.what;
  }
}

TEST(SuggestTest, NamesTheRuleWhereItAloneForbids) {
  for (const SuggestionRow& row : kSuggestions) {
    SuggestionInput input = InputOf(row);
    input.permitted = {row.direction != kToPractice, row.direction != kToProfile};
    input.ruled_out = {row.direction == kToPractice, row.direction == kToProfile};
    const Suggestion suggestion = Suggest(input);
    EXPECT_EQ(suggestion.direction, kNone) << row.what;
    EXPECT_EQ(suggestion.reason, row.direction == kNone ? row.reason : RULE_FORBIDS) << row.what;
    // Of the other side it says nothing.
    std::swap(input.ruled_out.to_practice, input.ruled_out.to_profile);
    EXPECT_EQ(Suggest(input).reason, row.direction == kNone ? row.reason : SIDE_NOT_WRITABLE)
        << row.what;
  }
}

TEST(SuggestTest, NameOfAPersonIsNeverPushed) {
  for (const SuggestionRow& row : kSuggestions) {
    SuggestionInput input = InputOf(row);
    input.name_of_person = true;
    const Suggestion suggestion = Suggest(input);
    const bool pushed = row.direction == kToPractice;
    EXPECT_EQ(suggestion.direction, pushed ? kNone : row.direction) << row.what;
    EXPECT_EQ(suggestion.reason, pushed ? NAME_OF_PERSON : row.reason) << row.what;
  }
}

TEST(SuggestTest, NeverABlankOverAValue) {
  for (int state = static_cast<int>(NOT_APPLICABLE); state <= static_cast<int>(CONFLICT); ++state) {
    for (const Preference preference : {ASK, PROFILE, PRACTICE}) {
      SuggestionInput input;
      input.state = static_cast<FieldState>(state);
      input.permitted = {true, true};
      input.preference = preference;
      input.profile_blank = true;
      EXPECT_NE(Suggest(input).direction, kToPractice) << state;
      input.profile_blank = false;
      input.practice_blank = true;
      EXPECT_NE(Suggest(input).direction, kToProfile) << state;
    }
  }
}

TEST(CountsForSyncTest, DifferingFieldsWithADirection) {
  const std::vector<std::pair<FieldState, bool>> states = {
      {NOT_APPLICABLE, false}, {NOT_COMPARABLE, false},  {PRACTICE_UNKNOWN, false},
      {PENDING, false},        {IN_SYNC, false},         {COERCED, false},
      {NEVER_SYNCED, true},    {PRACTICE_CHANGED, true}, {PROFILE_CHANGED, true},
      {CONFLICT, true},
  };
  for (const auto& [state, differing] : states) {
    EXPECT_EQ(IsDiffering(state), differing);
    EXPECT_EQ(CountsForSync(state, {true, false}), differing);
    EXPECT_EQ(CountsForSync(state, {false, true}), differing);
    EXPECT_FALSE(CountsForSync(state, {false, false}));
  }
}

TEST(PermittedDirectionsTest, Has) {
  const PermittedDirections only_practice = {true, false};
  EXPECT_TRUE(only_practice.Has(kToPractice));
  EXPECT_FALSE(only_practice.Has(kToProfile));
  EXPECT_FALSE(only_practice.Has(kNone));
}

}  // namespace
}  // namespace profilesync
