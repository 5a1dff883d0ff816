// UpdateProfile: what is created, refused by name, and compared anew.
#include "absl/strings/match.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class UpdateProfileTest : public VerbsTest {
 protected:
  static v1::UpdateProfileRequest Update(const std::string& id, const std::string& fields,
                                         const std::vector<std::string>& paths) {
    v1::UpdateProfileRequest request;
    request.mutable_profile()->set_name(std::string(kFirm) + "/profiles/" + id);
    *request.mutable_profile()->mutable_fields() = Fields(fields);
    for (const std::string& path : paths) {
      request.mutable_update_mask()->add_paths(path);
    }
    return request;
  }

  grpc::Status Save(const v1::UpdateProfileRequest& request) {
    v1::Profile saved;
    return Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, request, &saved);
  }
};

TEST_F(UpdateProfileTest, AllowMissingCreatesWhatIsNotThere) {
  auto request = Update("new", "name: 'New Ltd' website: 'a.example'", {"fields.website"});
  request.mutable_profile()->set_kind(type::COMPANY);
  const grpc::Status missing = Save(request);
  EXPECT_EQ(missing.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(missing), "RESOURCE_NOT_FOUND");
  request.set_allow_missing(true);
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Profile("new").kind(), type::COMPANY) << "the mask isn't read for a new one";
  EXPECT_EQ(Profile("new").fields().website(), "a.example");
  EXPECT_FALSE(Profile("new").has_origin());
  // Of one that is there the mask alone is changed.
  request = Update("new", "name: 'Other' website: 'b.example'", {"fields.website"});
  request.set_allow_missing(true);
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Profile("new").fields().name(), "New Ltd");
  EXPECT_EQ(Profile("new").fields().website(), "b.example");
}

TEST_F(UpdateProfileTest, AllowMissingCreatesNothingThatIsWrong) {
  auto request = Update("new", "email: 'no address' date_of_birth: '1984-02-30'", {"fields"});
  request.set_allow_missing(true);
  const std::string before = Stored();
  EXPECT_THAT(ViolatedFields(Save(request)),
              UnorderedElementsAre("profile.fields.name", "profile.fields.email",
                                   "profile.fields.date_of_birth"));
  EXPECT_EQ(Stored(), before);
}

TEST_F(UpdateProfileTest, FieldsThatMovedSinceTheirRevisionAreRefusedByName) {
  MakeProfile("p", Fields("name: 'A Ltd' website: 'a.example' email: 'a@a.example'"));
  const auto read = Profile("p").field_revisions();
  ASSERT_TRUE(Save(Update("p", "website: 'b.example' email: 'b@a.example'",
                          {"fields.website", "fields.email"}))
                  .ok());
  auto request = Update("p", "primary_phone: '04 555 0100'", {"fields.primary_phone"});
  *request.mutable_profile()->mutable_field_revisions() = read;
  const std::string before = Stored();
  const grpc::Status status = Save(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ");
  EXPECT_TRUE(absl::StrContains(status.error_message(), ": email, website"))
      << status.error_message();
  EXPECT_EQ(Stored(), before);
  *request.mutable_profile()->mutable_field_revisions() = Profile("p").field_revisions();
  EXPECT_TRUE(Save(request).ok());
}

TEST_F(UpdateProfileTest, ARevisionOfAFieldThatIsNotThereIsRefused) {
  MakeProfile("p", Fields("name: 'A Ltd'"));
  auto request = Update("p", "website: 'a.example'", {"fields.website"});
  (*request.mutable_profile()->mutable_field_revisions())["web_site"] = 1;
  (*request.mutable_profile()->mutable_field_revisions())["kind"] = 1;
  const std::string before = Stored();
  const grpc::Status status = Save(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), ElementsAre("profile.field_revisions[web_site]"));
  EXPECT_EQ(Stored(), before);
}

TEST_F(UpdateProfileTest, ABadMaskAndBadValuesAreListedTogether) {
  MakeProfile("p", Fields("name: 'A Ltd'"));
  const auto request =
      Update("p", "email: 'no address' primary_phone: '04 555 0100' given_name: 'a\\000b'",
             {"fields.shoe_size", "create_time", "fields.email", "fields.primary_phone",
              "fields.given_name"});
  const std::string before = Stored();
  const grpc::Status status = Save(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status),
              UnorderedElementsAre("update_mask", "update_mask", "profile.fields.email",
                                   "profile.fields.given_name"))
      << status.error_message();
  EXPECT_EQ(Stored(), before);
}

TEST_F(UpdateProfileTest, AnotherKindChangesWhatItsDiffsCompare) {
  const std::string link = MakeLinked("p", Fields("name: 'Ann Example'"),
                                      {{"Name", "Ann Example"}, {"FirstName", "Ann"}});
  const auto given_name = [&] {
    const v1::Diff diff = Diff(link);
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.field() == "given_name") {
        return v1::FieldDiff::State_Name(field.state());
      }
    }
    return std::string("not there");
  };
  EXPECT_EQ(given_name(), "not there") << "a company has none";
  BreakXpm();  // it is the save that compares anew, not a refresh after it
  auto request = Update("p", "", {"kind"});
  request.mutable_profile()->set_kind(type::INDIVIDUAL);
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(given_name(), "NEVER_SYNCED");
  EXPECT_EQ(Field(link, "given_name").practice_value().text(), "Ann");
  EXPECT_TRUE(Diff(link).can_sync());
}

TEST_F(UpdateProfileTest, AnotherCountryChangesHowItsDiffsReadNumbers) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Pty Ltd' primary_phone: '+61 2 9374 4000'"),
                 {{"Name", "A Pty Ltd"}, {"Phone", "(02) 9374 4000"}});
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::NEVER_SYNCED)
      << "in the firm's country it would be another number";
  BreakXpm();
  auto request = Update("p", "", {"region_code"});
  request.mutable_profile()->set_region_code("AU");
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_EQ(Diff(link).differing_count(), 0);
}

// What agreed by the one country's rules and doesn't by the other's nobody has pushed: it differs,
// and isn't COERCED.
TEST_F(UpdateProfileTest, WhatOnlyAgreedInTheCountryBeforeDiffers) {
  const std::string link = MakeLinked("p", Fields("name: 'A Ltd' primary_phone: '09 555 0142'"),
                                      {{"Name", "A Ltd"}, {"Phone", "+64 9 555 0142"}});
  ASSERT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
  BreakXpm();
  auto request = Update("p", "", {"region_code"});
  request.mutable_profile()->set_region_code("AU");
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Diff(link).differing_count(), 1);
  request.mutable_profile()->set_region_code("NZ");
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(UpdateProfileTest, ItsFirmsOtherCountryDoesTheSameToAllLinks) {
  const std::string link = MakeLinked("p", Fields("name: 'A Ltd' primary_phone: '09 555 0142'"),
                                      {{"Name", "A Ltd"}, {"Phone", "+64 9 555 0142"}});
  BreakXpm();
  v1::UpdateFirmRequest request;
  request.mutable_firm()->set_name(kFirm);
  request.mutable_firm()->set_region_code("AU");
  request.mutable_update_mask()->add_paths("region_code");
  v1::Firm firm;
  ASSERT_TRUE(Call(*firms_, &v1::FirmService::Stub::UpdateFirm, request, &firm).ok());
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Diff(link).differing_count(), 1);
}

TEST_F(UpdateProfileTest, WhatOnlyAgreedAsAPersonsNameDiffers) {
  const std::string link =
      MakeLinked("p", Fields("name: 'Aroha Ngata'"), {{"Name", "Ngata, Aroha"}});
  auto request = Update("p", "", {"kind"});
  request.mutable_profile()->set_kind(type::INDIVIDUAL);
  ASSERT_TRUE(Save(request).ok());
  ASSERT_EQ(Field(link, "name").state(), v1::FieldDiff::IN_SYNC);
  request.mutable_profile()->set_kind(type::TRUST);
  ASSERT_TRUE(Save(request).ok());
  EXPECT_EQ(Field(link, "name").state(), v1::FieldDiff::NEVER_SYNCED);
}

}  // namespace
}  // namespace profilesync::testing
