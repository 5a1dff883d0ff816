// Fields that can't be written, and fields that can't be emptied.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class UnwritableTest : public VerbsTest {
 protected:
  void ExpectRefused(const v1::SyncProfileRequest& request,
                     const std::vector<std::string>& violations, const std::string& says) {
    const std::string before = Stored();
    xpm_.ClearCalls();
    v1::SyncOperation operation;
    const grpc::Status status = Sync(request, &operation);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST") << status.error_message();
    EXPECT_THAT(ViolatedFields(status), ::testing::UnorderedElementsAreArray(violations));
    EXPECT_THAT(status.error_message(), HasSubstr(says));
    EXPECT_EQ(Stored(), before);
    EXPECT_THAT(xpm_.calls("client.api/update"), IsEmpty());
  }

  // Linked to a client whose primary contact's mobile is the other phone.
  std::string MakeWithContact() {
    v1::AddOnSettings settings;
    (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
    EXPECT_TRUE(UpdateSettings(settings).ok());
    const std::string client =
        xpm_.AddClient({.values = {{"Name", "A Ltd"}, {"Fax", "04 555 0101"}},
                        .contacts = {{{"UUID", "f1c5b7d8-0e7b-4b59-8b0d-3d0b1a9d5e04"},
                                      {"Name", "Tom"},
                                      {"Mobile", "021 555 0199"},
                                      {"IsPrimary", "Yes"}}}});
    MakeProfile("p", Fields("name: 'A Ltd' website: 'a.example' other_phone: '04 555 0777'"));
    v1::Link link;
    EXPECT_TRUE(Link("firms/harbour/profiles/p", client, &link).ok());
    return link.name();
  }
};

TEST_F(UnwritableTest, AContactsMobileIsReadAndNeverWritten) {
  const std::string link = MakeWithContact();
  const std::string client = Diff(link).practice_client_id();
  const v1::FieldDiff field = Field(link, "other_phone");
  EXPECT_EQ(field.practice_value().text(), "021 555 0199");
  EXPECT_THAT(field.permitted_directions(), ElementsAre(v1::TO_PROFILE));
  auto request = Request(link, {{"other_phone", v1::TO_PRACTICE}, {"website", v1::TO_PRACTICE}});
  ExpectRefused(request, {"fields[0].direction"},
                "other_phone can't be written in the practice system");
  // Not what can be done of it either: that would never come to it.
  request.set_allow_partial(true);
  ExpectRefused(request, {"fields[0].direction"},
                "other_phone can't be written in the practice system");
  request.set_allow_partial(false);
  request.mutable_fields(0)->set_direction(v1::TO_PROFILE);
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Profile("p").fields().other_phone(), "021 555 0199");
  EXPECT_EQ(xpm_.GetClient(client)->Get("Fax"), "04 555 0101") << "the fax is another field";
}

TEST_F(UnwritableTest, ATaxNumberCanBeWrittenAndNotEmptied) {
  const std::string link = MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"),
                                      {{"Name", "A Ltd"}, {"TaxNumber", kTaxNumber}});
  ASSERT_TRUE(Save("p", "fields.tax_number", Fields("")).ok());
  ASSERT_TRUE(WaitUntil([&] { return !Diff(link).refresh_due(); }));
  EXPECT_THAT(Field(link, "tax_number").permitted_directions(), Not(Contains(v1::TO_PRACTICE)));
  auto request = Request(link, {{"tax_number", v1::TO_PRACTICE}});
  request.mutable_fields(0)->set_clear(true);
  ExpectRefused(request, {"fields[0].clear"}, "tax_number can't be emptied in the practice system");
  request.set_allow_partial(true);
  ExpectRefused(request, {"fields[0].clear"}, "tax_number can't be emptied in the practice system");
  EXPECT_EQ(Client(link).Get("TaxNumber"), kTaxNumber);
  // Not asked to be emptied, it is refused as what it is.
  request = Request(link, {{"tax_number", v1::TO_PRACTICE}});
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(),
              HasSubstr("tax_number (can't be emptied in the practice system)"));
  EXPECT_EQ(ReasonOf(status), "UNSUPPORTED_BY_PRACTICE_SYSTEM");
}

TEST_F(UnwritableTest, ANameCanBeEmptiedOnNeitherSide) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "B Ltd"}});
  auto request = Request(link, {{"name", v1::TO_PRACTICE}});
  request.mutable_fields(0)->set_clear(true);
  ExpectRefused(request, {"fields[0].clear"}, "name can't be emptied in the practice system");
  request.mutable_fields(0)->set_direction(v1::TO_PROFILE);
  ExpectRefused(request, {"fields[0].clear"}, "name can't be emptied in a profile");
  EXPECT_EQ(Profile("p").fields().name(), "A Ltd");
  EXPECT_EQ(Client(link).Get("Name"), "B Ltd");
}

TEST_F(UnwritableTest, AllThatIsWrongIsListedTogether) {
  const std::string link = MakeWithContact();
  auto request = Request(link, {{"name", v1::TO_PROFILE},
                                {"other_phone", v1::TO_PRACTICE},
                                {"tax_number", v1::TO_PRACTICE},
                                {"website", v1::TO_PRACTICE}});
  request.mutable_fields(0)->set_clear(true);
  request.mutable_fields(2)->set_clear(true);
  request.mutable_fields(3)->clear_etag();
  ExpectRefused(request,
                {"fields[0].clear", "fields[1].direction", "fields[2].clear", "fields[3].etag"},
                "tax_number can't be emptied in the practice system");
}

}  // namespace
}  // namespace profilesync::testing
