// A firm with two add-ons: an entry for each in a profile's diffs, and no guess at which is meant.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class TwoAddOnsTest : public VerbsTest {
 protected:
  std::vector<v1::AddOnDiff> Entries() {
    v1::GetProfileDiffsRequest request;
    request.set_name("firms/harbour/profiles/p/diffs");
    v1::ProfileDiffs diffs;
    const grpc::Status status =
        Call(*syncs_, &v1::SyncService::Stub::GetProfileDiffs, request, &diffs);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return {diffs.add_on_diffs().begin(), diffs.add_on_diffs().end()};
  }

  // What is missing, entry by entry.
  std::vector<v1::AddOnDiff::Prerequisite> Missing() {
    std::vector<v1::AddOnDiff::Prerequisite> missing;
    for (const v1::AddOnDiff& entry : Entries()) {
      missing.push_back(entry.missing_prerequisite());
    }
    return missing;
  }

  std::string MakeFirst() {
    return MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"),
                      {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  }
};

TEST_F(TwoAddOnsTest, EachHasAnEntryWithItsOwnDiff) {
  const std::string first = MakeFirst();
  AddSecondAddOn();
  const std::string second = LinkUnderSecond({{"Name", "A Ltd"}, {"Website", "a.example"}});
  xpm_.ClearCalls();
  const std::vector<v1::AddOnDiff> entries = Entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].add_on(), kSecondAddOn) << "by name";
  EXPECT_EQ(entries[0].add_on_display_name(), "Second practice");
  EXPECT_EQ(entries[0].link(), second);
  EXPECT_EQ(entries[0].diff().SerializeAsString(), Diff(second).SerializeAsString());
  EXPECT_EQ(entries[1].add_on(), kAddOn);
  EXPECT_EQ(entries[1].link(), first);
  EXPECT_EQ(entries[1].diff().SerializeAsString(), Diff(first).SerializeAsString());
  EXPECT_THAT(Missing(), ElementsAre(v1::AddOnDiff::PREREQUISITE_UNSPECIFIED,
                                     v1::AddOnDiff::PREREQUISITE_UNSPECIFIED));
  EXPECT_EQ(Field(first, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Field(second, "website").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_THAT(xpm_.calls(), IsEmpty()) << "nobody is asked";
}

TEST_F(TwoAddOnsTest, EachEntrySaysWhatIsMissing) {
  MakeProfile("p", Fields("name: 'A Ltd'"));
  ASSERT_TRUE(DeleteAddOn(kAddOn).ok());
  std::vector<v1::AddOnDiff> entries = Entries();
  ASSERT_EQ(entries.size(), 1u) << "one without an add-on, when there is none";
  EXPECT_EQ(entries[0].missing_prerequisite(), v1::AddOnDiff::ADD_ON_REQUIRED);
  EXPECT_EQ(entries[0].add_on(), "");
  EXPECT_FALSE(entries[0].has_diff());

  AddSecondAddOn();
  entries = Entries();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].missing_prerequisite(), v1::AddOnDiff::LINK_REQUIRED);
  EXPECT_EQ(entries[0].add_on(), kSecondAddOn);
  EXPECT_EQ(entries[0].add_on_state(), v1::AddOn::ACTIVE);
  EXPECT_EQ(entries[0].link(), "");
  EXPECT_FALSE(entries[0].has_diff());

  v1::DeactivateAddOnRequest deactivate;
  deactivate.set_name(kSecondAddOn);
  v1::AddOn add_on;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeactivateAddOn, deactivate, &add_on).ok());
  entries = Entries();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].missing_prerequisite(), v1::AddOnDiff::ADD_ON_NOT_ACTIVE);
  EXPECT_EQ(entries[0].add_on_state(), v1::AddOn::DEACTIVATED);
}

TEST_F(TwoAddOnsTest, OneMayMissALinkAndTheOtherNothing) {
  MakeFirst();
  AddSecondAddOn();
  EXPECT_THAT(Missing(),
              ElementsAre(v1::AddOnDiff::LINK_REQUIRED, v1::AddOnDiff::PREREQUISITE_UNSPECIFIED));
}

TEST_F(TwoAddOnsTest, ASyncMustSayUnderWhichOfThem) {
  const std::string first = MakeFirst();
  auto request = Request(first, {{"website", v1::TO_PRACTICE}});
  AddSecondAddOn();
  const std::string second = LinkUnderSecond({{"Name", "A Ltd"}});
  const std::string before = Stored();
  xpm_.ClearCalls();
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST");
  EXPECT_THAT(ViolatedFields(status), ElementsAre("add_on")) << status.error_message();
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());

  request.set_add_on(kSecondAddOn);
  EXPECT_EQ(ReasonOf(Sync(request, &operation)), "FOREIGN_ETAG") << "of the other's diff";
  request.set_add_on(kAddOn);
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Client(first).Get("Website"), "a.example");
  EXPECT_EQ(Field(second, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(xpm_.GetClient(Diff(second).practice_client_id())->Get("Website"), "");
}

// One that only one of the two has is meant where none is said.
TEST_F(TwoAddOnsTest, ASyncOfAProfileWithOneLinkNeedsNotSay) {
  const std::string first = MakeFirst();
  AddSecondAddOn();
  EXPECT_EQ(Sync(Request(first, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
}

}  // namespace
}  // namespace profilesync::testing
