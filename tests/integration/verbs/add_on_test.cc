// What deactivating an add-on stops, and what changing its settings does to what is known.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using xpm_sandbox::FaultKind;

class AddOnTest : public VerbsTest {};

TEST_F(AddOnTest, ADeactivatedAddOnKeepsItsLinksAndCallsNobody) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  const auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  const std::string client = AddClient({{"Name", "B Ltd"}});
  ASSERT_TRUE(Deactivate().ok());
  ASSERT_TRUE(Deactivate().ok()) << "again: it is already";
  const std::string before = Stored();
  xpm_.ClearCalls();
  v1::SyncOperation operation;
  v1::Link linked;
  google::longrunning::Operation import;
  v1::SearchPracticeClientsRequest search;
  search.set_parent(kAddOn);
  v1::SearchPracticeClientsResponse found;
  for (const grpc::Status& status :
       {Sync(request, &operation), TryRefresh(link),
        Link("firms/harbour/profiles/p", client, &linked), TryImport(ImportOf({client}), &import),
        Call(*links_, &v1::LinkService::Stub::SearchPracticeClients, search, &found)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), "ADD_ON_NOT_ACTIVE") << status.error_message();
  }
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(AddOnTest, TheDiffsOfADeactivatedAddOnAreServed) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(Deactivate().ok());
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  v1::GetProfileDiffsRequest request;
  request.set_name("firms/harbour/profiles/p/diffs");
  v1::ProfileDiffs diffs;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::GetProfileDiffs, request, &diffs).ok());
  ASSERT_EQ(diffs.add_on_diffs_size(), 1);
  const v1::AddOnDiff& entry = diffs.add_on_diffs(0);
  EXPECT_EQ(entry.missing_prerequisite(), v1::AddOnDiff::ADD_ON_NOT_ACTIVE);
  EXPECT_EQ(entry.add_on_state(), v1::AddOn::DEACTIVATED);
  EXPECT_EQ(entry.link(), link);
  EXPECT_EQ(entry.diff().SerializeAsString(), Diff(link).SerializeAsString());
  // A save is compared too, though nobody is asked.
  ASSERT_TRUE(Save("p", "fields.website", Fields("website: 'b.example'")).ok());
  EXPECT_EQ(Field(link, "website").profile_value().text(), "b.example");
}

TEST_F(AddOnTest, AnAddOnThatIsReauthorisedGoesOnWithItsLinks) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(Deactivate().ok());
  v1::ReauthoriseAddOnRequest request;
  request.set_name(kAddOn);
  v1::AddOn add_on;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::ReauthoriseAddOn, request, &add_on).ok());
  EXPECT_EQ(add_on.state(), v1::AddOn::ACTIVE);
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
}

TEST_F(AddOnTest, AnotherSourceOfAFieldMakesItUnknownUntilItIsRead) {
  const std::string client =
      xpm_.AddClient({.values = {{"Name", "A Ltd"}, {"Fax", "04 555 0101"}},
                      .contacts = {{{"UUID", "f1c5b7d8-0e7b-4b59-8b0d-3d0b1a9d5e04"},
                                    {"Name", "Tom"},
                                    {"Mobile", "021 555 0199"},
                                    {"IsPrimary", "Yes"}}}});
  v1::Link link;
  ASSERT_TRUE(
      Link(MakeProfile("p", Fields("name: 'A Ltd' other_phone: '04 555 0101'")), client, &link)
          .ok());
  EXPECT_EQ(Field(link.name(), "other_phone").state(), v1::FieldDiff::IN_SYNC);
  // The refresh that follows by itself is held back, to see what is known before it.
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang}).ok());
  v1::AddOnSettings settings;
  (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
  ASSERT_TRUE(UpdateSettings(settings).ok());
  v1::FieldDiff field = Field(link.name(), "other_phone");
  EXPECT_EQ(field.state(), v1::FieldDiff::PRACTICE_UNKNOWN);
  EXPECT_FALSE(field.has_practice_value());
  EXPECT_TRUE(Diff(link.name()).refresh_due());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() > 0; }));
  xpm_.Release();
  ASSERT_TRUE(WaitUntil([&] { return !Diff(link.name()).refresh_due(); }));
  field = Field(link.name(), "other_phone");
  EXPECT_EQ(field.practice_value().text(), "021 555 0199");
  EXPECT_EQ(field.state(), v1::FieldDiff::NEVER_SYNCED)
      << "what the profile agreed with was another number";
  EXPECT_THAT(field.permitted_directions(), ElementsAre(v1::TO_PROFILE))
      << "a contact's number is only read";
}

TEST_F(AddOnTest, ASourceStaysWhileAnOutcomeIsUnknown) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  const std::string operation = LeaveUnfinished(link);
  const std::string before = Stored();
  v1::AddOnSettings settings;
  (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
  const grpc::Status status = UpdateSettings(settings);
  EXPECT_EQ(ReasonOf(status), "OPERATION_UNFINISHED") << status.error_message();
  EXPECT_EQ(MetadataOf(status, "operation"), operation);
  EXPECT_EQ(Stored(), before);
  settings.clear_field_sources();
  settings.mutable_refresh_interval()->set_seconds(3600);
  EXPECT_TRUE(UpdateSettings(settings).ok()) << "others may change";
}

TEST_F(AddOnTest, ASourceThatIsNotThereIsRefused) {
  v1::AddOnSettings settings;
  (*settings.mutable_field_sources())["other_phone"] = "Telex";
  (*settings.mutable_field_sources())["email"] = "Fax";
  const std::string before = Stored();
  const grpc::Status status = UpdateSettings(settings);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status),
              ::testing::UnorderedElementsAre("add_on.settings.field_sources[email]",
                                              "add_on.settings.field_sources[other_phone]"));
  EXPECT_EQ(Stored(), before);
}

}  // namespace
}  // namespace profilesync::testing
