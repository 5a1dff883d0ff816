#include "client/cli/panel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "client/cli/text.h"
#include "common/status.h"
#include "google/protobuf/text_format.h"

namespace profilesync::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'795'422'301);

v1::ProfileDiffs Parse(const std::string& entry) {
  v1::ProfileDiffs diffs;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "name: 'firms/acme/profiles/p1/diffs' add_on_diffs { " + entry + " }", &diffs));
  return diffs;
}

constexpr char kDiff[] = R"pb(
  add_on: 'firms/acme/addOns/xpm'
  add_on_display_name: 'Xero Practice Manager'
  diff {
    profile: 'firms/acme/profiles/p1'
    practice_client_id: 'c-1'
    practice_client_display_name: 'Merrow Holdings Ltd'
    link_state: ACTIVE
    refresh_time { seconds: 1795422001 }
    differing_count: 3
    can_sync: true
    fields {
      label: 'Website'
      field: 'website'
      state: NEVER_SYNCED
      profile_value { text: 'https://merrow.example/about-us-and-more' }
      suggested_direction: TO_PRACTICE
      suggestion_reason: FILLS_BLANK
    }
    fields {
      label: 'Postal address'
      field: 'postal_address'
      state: NEVER_SYNCED
      practice_value { address { lines: 'PO Box 12' city: 'Nelson' postal_code: '7010' } }
      suggested_direction: TO_PROFILE
      suggestion_reason: FILLS_BLANK
    }
    fields {
      label: 'Email'
      field: 'email'
      state: CONFLICT
      profile_value { text: 'a@merrow.example' }
      practice_value { text: 'b@merrow.example' }
      suggestion_reason: BOTH_SIDES_CHANGED
    }
    fields {
      label: 'Other phone'
      field: 'other_phone'
      state: IN_SYNC
      format_rule: 'phone_format'
      profile_value { text: '03 548 0000' }
      practice_value { text: '+64 3 548 0000' }
    }
    fields {
      label: 'Tax number'
      field: 'tax_number'
      state: NOT_COMPARABLE
      profile_value { text: '******123' }
    }
  }
)pb";

TEST(DrawPanel, DrawsTheFieldsSideBySide) {
  EXPECT_EQ(DrawPanel({}, kNow, Parse(kDiff)),
            R"(p1 and Xero Practice Manager (firms/acme/addOns/xpm)
Client: Merrow Holdings Ltd (c-1)
last refreshed 5 minutes ago (2026-11-23 08:20:01 UTC)

Field           Profile                  Practice          State
Website         https://merrow.examp  →  (blank)           never synced
                le/about-us-and-more
Postal address  (blank)               ←  PO Box 12         never synced
                                         Nelson 7010
Email           a@merrow.example      ≠  b@merrow.example  conflict: both
                                                           changed
Other phone     03 548 0000           ≈  +64 3 548 0000    format only
Tax number      ******123             ?  (not known)       hidden, can't be
                                                           compared

3 fields differ. As suggested (→ ←):
  profilesync sync firms/acme/profiles/p1 --to-practice website --to-profile postal_address
)");
}

TEST(DrawPanel, NamesTheAddOnInACommandWhereThereAreSeveral) {
  // Parse puts it between the braces of one entry.
  constexpr char kSeveral[] = R"(
      add_on: 'firms/acme/addOns/xpm'
      diff {
        profile: 'firms/acme/profiles/p1'
        add_on: 'firms/acme/addOns/xpm'
        differing_count: 1
        can_sync: true
        fields { field: 'website' suggested_direction: TO_PRACTICE }
      }
    }
    add_on_diffs {
      add_on: 'firms/acme/addOns/aps')";
  EXPECT_THAT(
      DrawPanel({}, kNow, Parse(kSeveral)),
      HasSubstr("profilesync sync firms/acme/profiles/p1 --add-on xpm --to-practice website"));
}

TEST(DrawPanel, NamesTheAddOnThatWasAskedFor) {
  constexpr char kOne[] = R"(
      add_on: 'firms/acme/addOns/xpm'
      diff {
        profile: 'firms/acme/profiles/p1'
        add_on: 'firms/acme/addOns/xpm'
        differing_count: 1
        can_sync: true
        fields { field: 'website' suggested_direction: TO_PRACTICE }
      })";
  EXPECT_THAT(DrawPanel({}, kNow, Parse(kOne), /*names_add_on=*/true), HasSubstr("--add-on xpm"));
  EXPECT_THAT(DrawPanel({}, kNow, Parse(kOne)), Not(HasSubstr("--add-on")));
}

TEST(DrawPanel, KeepsItsTablesWithinTheWidth) {
  for (const int width : {60, 80, 132}) {
    const std::string panel = DrawPanel({width, false}, kNow, Parse(kDiff));
    for (const auto line : absl::StrSplit(panel, '\n')) {
      if (line.find("profilesync sync") == absl::string_view::npos) {
        EXPECT_LE(DisplayWidth(SV(line)), width) << line;
      }
    }
  }
}

TEST(DrawPanel, ReddensOnlyWhatDiffers) {
  const std::string panel = DrawPanel({80, true}, kNow, Parse(kDiff));
  EXPECT_THAT(panel, HasSubstr("\x1b[31m(blank)\x1b[0m"));
  EXPECT_THAT(panel, HasSubstr("\x1b[31mb@merrow.example\x1b[0m"));
  EXPECT_THAT(panel, Not(HasSubstr("\x1b[31m03 548 0000")));
}

TEST(DrawPanel, SaysWhenNothingDiffers) {
  const std::string panel = DrawPanel(
      {}, kNow, Parse("diff { link_state: MISSING refresh_time { seconds: 1795422001 } }"));
  EXPECT_THAT(panel, HasSubstr("Nothing to sync.\n"));
  EXPECT_THAT(panel, HasSubstr("The practice client is MISSING"));
}

TEST(DrawPanel, SaysWhenNothingIsKnown) {
  const std::string panel =
      DrawPanel({}, kNow, Parse("diff { fields { state: PRACTICE_UNKNOWN } }"));
  EXPECT_THAT(panel, HasSubstr("never refreshed\n"));
  EXPECT_THAT(panel, HasSubstr("Nothing is known of the practice client yet.\n"));
  EXPECT_THAT(panel, Not(HasSubstr("Nothing to sync.")));
}

TEST(DrawPanel, SaysWhenWritesArePending) {
  const std::string one = "diff { refresh_time { seconds: 1 } fields { state: PENDING } ";
  const std::string panel = DrawPanel({}, kNow, Parse(one + "}"));
  EXPECT_THAT(panel, HasSubstr("A write of 1 field is pending.\n"));
  EXPECT_THAT(panel, Not(HasSubstr("Nothing to sync.")));
  EXPECT_THAT(DrawPanel({}, kNow, Parse(one + "fields { state: PENDING } differing_count: 1 }")),
              HasSubstr("may be synced.\nWrites of 2 fields are pending.\n"));
}

TEST(DrawPanel, SaysWhenNothingMayBeSynced) {
  EXPECT_THAT(DrawPanel({}, kNow, Parse("diff { differing_count: 1 }")),
              HasSubstr("1 field differs, and none of them may be synced.\n"));
}

TEST(DrawPanel, SaysWhereARuleForbids) {
  constexpr char kForbidden[] = R"(diff {
    differing_count: 1
    fields {
      label: 'Website'
      state: NEVER_SYNCED
      practice_value { text: 'merrow.example' }
      suggestion_reason: RULE_FORBIDS
      field_rule: 'firms/acme/addOns/xpm/fieldRules/website'
    }
  })";
  EXPECT_THAT(DrawPanel({0, false}, kNow, Parse(kForbidden)),
              HasSubstr("never synced; a rule forbids it"));
}

TEST(DrawPanel, DisarmsWhatAValueHolds) {
  const std::string panel = DrawPanel(
      {}, kNow, Parse(R"(diff { fields { label: 'Name' profile_value { text: 'a\033[2Jb' } } })"));
  EXPECT_THAT(panel, Not(HasSubstr("\x1b")));
}

struct PrerequisiteCase {
  const char* prerequisite;
  const char* command;

  friend void PrintTo(const PrerequisiteCase& row, std::ostream* out) { *out << row.prerequisite; }
};

class PrerequisiteTest : public testing::TestWithParam<PrerequisiteCase> {};

TEST_P(PrerequisiteTest, NamesTheCommandThatSuppliesIt) {
  const std::string add_on = std::string(GetParam().prerequisite) == "ADD_ON_REQUIRED"
                                 ? ""
                                 : " add_on: 'firms/acme/addOns/xpm'";
  EXPECT_THAT(
      DrawPanel({}, kNow,
                Parse(std::string("missing_prerequisite: ") + GetParam().prerequisite + add_on)),
      HasSubstr(GetParam().command));
}

INSTANTIATE_TEST_SUITE_P(
    All, PrerequisiteTest,
    testing::Values(PrerequisiteCase{"ADD_ON_REQUIRED", "profilesync --firm acme add-on activate"},
                    PrerequisiteCase{"ADD_ON_NOT_ACTIVE",
                                     "profilesync add-on reauthorise firms/acme/addOns/xpm\n"},
                    PrerequisiteCase{"LINK_REQUIRED",
                                     "link create firms/acme/profiles/p1 CLIENT_ID --add-on "
                                     "firms/acme/addOns/xpm"},
                    PrerequisiteCase{
                        "REFRESH_REQUIRED",
                        "refresh firms/acme/profiles/p1 --add-on firms/acme/addOns/xpm"}));

}  // namespace
}  // namespace profilesync::cli
