#include "client/cli/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "client/cli/context.h"
#include "common/error.h"

namespace profilesync::cli {
namespace {

using testing::ElementsAre;

// website is suggested for the practice system, email for the profile, name for neither.
v1::Diff TheDiff() {
  v1::Diff diff;
  for (const auto& [name, direction] :
       {std::pair("email", v1::TO_PROFILE), std::pair("website", v1::TO_PRACTICE),
        std::pair("name", v1::SYNC_DIRECTION_UNSPECIFIED)}) {
    auto* field = diff.add_fields();
    field->set_field(name);
    field->set_etag(absl::StrCat("etag-", name));
    field->set_suggested_direction(direction);
  }
  return diff;
}

// "website>practice:etag-website!" of each, the mark for clear.
std::vector<std::string> Select(const Selection& selection) {
  const auto fields = SelectFields(selection, TheDiff());
  std::vector<std::string> texts;
  if (!fields.ok()) {
    return {IsUsageError(fields.status()) ? "usage" : "error"};
  }
  for (const auto& field : *fields) {
    texts.push_back(absl::StrCat(field.field(),
                                 field.direction() == v1::TO_PRACTICE ? ">practice" : ">profile",
                                 ":", field.etag(), field.clear() ? "!" : ""));
  }
  return texts;
}

TEST(SelectFields, TakesDirectionsAndEtags) {
  EXPECT_THAT(Select({{"website"}, {"email"}, {}, false}),
              ElementsAre("website>practice:etag-website", "email>profile:etag-email"));
}

TEST(SelectFields, AddsSuggestionsThatAreNotNamed) {
  EXPECT_THAT(Select({{"email"}, {}, {}, true}),
              ElementsAre("email>practice:etag-email", "website>practice:etag-website"));
}

TEST(SelectFields, ClearsOnlyWhatIsNamed) {
  EXPECT_THAT(Select({{"name"}, {}, {"name"}, false}), ElementsAre("name>practice:etag-name!"));
  EXPECT_THAT(Select({{}, {}, {"email"}, true}),
              ElementsAre("email>profile:etag-email!", "website>practice:etag-website"));
}

TEST(SelectFields, RefusesWhatMakesNoSense) {
  const std::vector<Selection> bad = {{{}, {}, {}, false},
                                      {{"nope"}, {}, {}, false},
                                      {{"email", "email"}, {}, {}, false},
                                      {{"email"}, {"email"}, {}, false},
                                      {{"email"}, {}, {"website"}, false}};
  for (const Selection& selection : bad) {
    EXPECT_THAT(Select(selection), ElementsAre("usage"));
  }
}

// The diffs of firms/a/profiles/p, of add-ons that lack these.
v1::ProfileDiffs Lacking(const std::vector<v1::AddOnDiff::Prerequisite>& missing) {
  v1::ProfileDiffs diffs;
  diffs.set_name("firms/a/profiles/p/diffs");
  for (const auto prerequisite : missing) {
    auto* entry = diffs.add_add_on_diffs();
    entry->set_missing_prerequisite(prerequisite);
    if (prerequisite != v1::AddOnDiff::ADD_ON_REQUIRED) {
      entry->set_add_on(absl::StrCat("firms/a/addOns/", diffs.add_on_diffs_size()));
    }
  }
  return diffs;
}

TEST(PickDiff, NamesThePrerequisiteThatIsMissing) {
  using Entry = v1::AddOnDiff;
  const auto reason = [](const v1::ProfileDiffs& diffs, const std::string& add_on = "") {
    const absl::Status status = PickDiff(diffs, add_on, {}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    return ReasonOf(status);
  };
  EXPECT_EQ(reason(Lacking({Entry::ADD_ON_REQUIRED})), v1::ADD_ON_REQUIRED);
  EXPECT_EQ(reason(Lacking({Entry::LINK_REQUIRED})), v1::LINK_REQUIRED);
  EXPECT_EQ(reason(Lacking({Entry::ADD_ON_NOT_ACTIVE})), v1::ADD_ON_NOT_ACTIVE);
  const auto several = Lacking({Entry::ADD_ON_NOT_ACTIVE, Entry::LINK_REQUIRED});
  EXPECT_EQ(reason(several), v1::LINK_REQUIRED);
  EXPECT_EQ(reason(several, "firms/a/addOns/1"), v1::ADD_ON_NOT_ACTIVE);
  EXPECT_EQ(PickDiff(several, "firms/a/addOns/2", {}).status().message(),
            "firms/a/profiles/p isn't linked under firms/a/addOns/2: link it first");
  EXPECT_TRUE(IsUsageError(PickDiff(several, "firms/a/addOns/3", {}).status()));
  v1::ProfileDiffs revoked = Lacking({Entry::ADD_ON_NOT_ACTIVE});
  revoked.mutable_add_on_diffs(0)->set_add_on_state(v1::AddOn::NEEDS_REAUTHORISATION);
  EXPECT_EQ(reason(revoked), v1::NEEDS_REAUTHORISATION);
  revoked.mutable_add_on_diffs(0)->set_add_on_state(v1::AddOn::ACCESS_DENIED);
  EXPECT_EQ(reason(revoked), v1::ACCESS_DENIED);
}

TEST(PickDiff, TellsAFieldThatNoClientHasFirst) {
  const auto unlinked = Lacking({v1::AddOnDiff::LINK_REQUIRED});
  EXPECT_TRUE(IsUsageError(PickDiff(unlinked, "", {{"nope"}, {}, {}, false}).status()));
  EXPECT_FALSE(IsUsageError(PickDiff(unlinked, "", {{"email"}, {}, {}, false}).status()));
}

TEST(PickDiff, TakesTheOnlyOneOrTheOneNamed) {
  v1::ProfileDiffs diffs;
  EXPECT_EQ(PickDiff(diffs, "", {}).status().code(), absl::StatusCode::kFailedPrecondition);
  diffs.add_add_on_diffs()->set_add_on("firms/a/addOns/unlinked");
  auto* xpm = diffs.add_add_on_diffs();
  xpm->set_add_on("firms/a/addOns/xpm");
  xpm->mutable_diff()->set_name("one");
  EXPECT_EQ(PickDiff(diffs, "", {}).value().name(), "one");
  auto* aps = diffs.add_add_on_diffs();
  aps->set_add_on("firms/a/addOns/aps");
  aps->mutable_diff()->set_name("two");
  EXPECT_TRUE(IsUsageError(PickDiff(diffs, "", {}).status()));
  EXPECT_EQ(PickDiff(diffs, "firms/a/addOns/aps", {}).value().name(), "two");
}

}  // namespace
}  // namespace profilesync::cli
