#include <functional>
#include <ostream>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::IsEmpty;

// One thing that is wrong with a sync, and what it is answered with.
struct BadSync {
  std::string name;
  std::function<void(v1::SyncProfileRequest*)> spoil;
  grpc::StatusCode code;
  std::string reason;
  std::vector<std::string> violations;
};

void PrintTo(const BadSync& row, std::ostream* out) { *out << row.name; }

class BadSyncTest : public SyncTest, public ::testing::WithParamInterface<BadSync> {};

TEST_P(BadSyncTest, GetsOneClearErrorAndChangesNothing) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  const std::string other = MakeLinked("other", CompanyFields("b.example"), {{"Name", "A Ltd"}});
  auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  GetParam().spoil(&request);
  if (request.fields_size() > 0 && request.fields(0).etag() == "of the other link") {
    request.mutable_fields(0)->set_etag(Field(other, "website").etag());
  }
  const std::string before = Profile("p").DebugString() + Diff(link).DebugString();
  xpm_.ClearCalls();
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), GetParam().code) << status.error_message();
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status.error_message();
  EXPECT_THAT(ViolatedFields(status), ::testing::ElementsAreArray(GetParam().violations))
      << status.error_message();
  EXPECT_EQ(Profile("p").DebugString() + Diff(link).DebugString(), before);
  EXPECT_THAT(xpm_.calls("client.api/update"), IsEmpty());
}

using Sync = v1::SyncProfileRequest;
constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

INSTANTIATE_TEST_SUITE_P(
    All, BadSyncTest,
    ::testing::Values(BadSync{"NoFields",
                              [](Sync* r) { r->clear_fields(); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields"}},
                      BadSync{"UnknownField",
                              [](Sync* r) { r->mutable_fields(0)->set_field("shoe_size"); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].field"}},
                      BadSync{"SameFieldTwice",
                              [](Sync* r) { *r->add_fields() = Sync(*r).fields(0); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[1].field"}},
                      BadSync{"NoDirection",
                              [](Sync* r) { r->mutable_fields(0)->clear_direction(); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].direction"}},
                      BadSync{"NoEtag",
                              [](Sync* r) { r->mutable_fields(0)->clear_etag(); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].etag"}},
                      BadSync{"ForeignEtag",
                              [](Sync* r) { r->mutable_fields(0)->set_etag("of the other link"); },
                              kInvalid,
                              "FOREIGN_ETAG",
                              {"fields[0].etag"}},
                      BadSync{"DamagedEtag",
                              [](Sync* r) { r->mutable_fields(0)->set_etag("zzz"); },
                              kInvalid,
                              "FOREIGN_ETAG",
                              {"fields[0].etag"}},
                      BadSync{"UnreadableToProfile",
                              [](Sync* r) {
                                r->mutable_fields(0)->set_field("tax_number");
                                r->mutable_fields(0)->set_direction(v1::TO_PROFILE);
                              },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].direction", "fields[0].etag"}},
                      BadSync{"FieldOfAnotherKind",
                              [](Sync* r) { r->mutable_fields(0)->set_field("given_name"); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].direction", "fields[0].etag"}},
                      BadSync{"StaleForPush",
                              [](Sync* r) { r->set_allow_stale(true); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"allow_stale"}},
                      BadSync{"ClearOfAValue",
                              [](Sync* r) { r->mutable_fields(0)->set_clear(true); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].clear"}},
                      BadSync{"AllThatIsWrong",
                              [](Sync* r) {
                                r->add_fields()->set_field("shoe_size");
                                r->mutable_fields(0)->clear_direction();
                                r->mutable_fields(0)->clear_etag();
                              },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"fields[0].direction", "fields[0].etag", "fields[1].field"}},
                      BadSync{"UnknownProfile",
                              [](Sync* r) { r->set_name("firms/harbour/profiles/none"); },
                              grpc::StatusCode::NOT_FOUND,
                              "RESOURCE_NOT_FOUND",
                              {}},
                      BadSync{"UnknownAddOn",
                              [](Sync* r) { r->set_add_on("firms/harbour/addOns/none"); },
                              grpc::StatusCode::NOT_FOUND,
                              "RESOURCE_NOT_FOUND",
                              {}},
                      BadSync{"AddOnOfAnotherFirm",
                              [](Sync* r) { r->set_add_on("firms/other/addOns/xpm"); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"add_on"}},
                      BadSync{"NameOfAnotherShape",
                              [](Sync* r) { r->set_name("firms/harbour"); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"name"}},
                      BadSync{"RequestIdNoUuid",
                              [](Sync* r) { r->set_request_id("once"); },
                              kInvalid,
                              "INVALID_REQUEST",
                              {"request_id"}}),
    [](const auto& row) { return row.param.name; });

TEST_F(SyncTest, NamesThePrerequisiteThatIsMissing) {
  const std::string profile = MakeProfile("lonely", CompanyFields("a.example"));
  v1::SyncProfileRequest request;
  request.set_name(profile);
  request.add_fields()->set_field("website");
  const std::string before = Profile("lonely").DebugString();
  const auto expect_missing = [&](const std::string& reason, const std::string& key,
                                  const std::string& name) {
    v1::SyncOperation operation;
    const grpc::Status status = Sync(request, &operation);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << reason;
    EXPECT_EQ(ReasonOf(status), reason);
    EXPECT_EQ(MetadataOf(status, key), name) << reason;
    EXPECT_EQ(Profile("lonely").DebugString(), before) << reason;
    v1::ListSyncOperationsRequest list;
    list.set_parent(kFirm);
    v1::ListSyncOperationsResponse operations;
    EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, list, &operations).ok());
    EXPECT_EQ(operations.sync_operations_size(), 0) << reason;
  };
  expect_missing("LINK_REQUIRED", "profile", profile);
  request.set_add_on(kAddOn);
  expect_missing("LINK_REQUIRED", "profile", profile);
  v1::DeactivateAddOnRequest deactivate;
  deactivate.set_name(kAddOn);
  v1::AddOn add_on;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeactivateAddOn, deactivate, &add_on).ok());
  expect_missing("ADD_ON_NOT_ACTIVE", "add_on", kAddOn);
  v1::DeleteAddOnRequest remove;
  remove.set_name(kAddOn);
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, remove, &empty).ok());
  request.clear_add_on();
  expect_missing("ADD_ON_REQUIRED", "firm", kFirm);
}

TEST_F(SyncTest, ALinkThatExistsIsNamed) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  const std::string client = Diff(link).practice_client_id();
  v1::Link made;
  const grpc::Status again = Link("firms/harbour/profiles/p", client, &made);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  const std::string stored = Diff(link).DebugString();
  EXPECT_NE(again.error_message().find(link), std::string::npos) << again.error_message();
  EXPECT_EQ(MetadataOf(again, "link"), link);
  const grpc::Status other = Link(MakeProfile("q", CompanyFields("")), client, &made);
  EXPECT_EQ(other.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(other), "LINK_EXISTS");
  EXPECT_EQ(MetadataOf(other, "link"), link);
  EXPECT_EQ(Diff(link).DebugString(), stored);
  EXPECT_EQ(
      ReasonOf(Link("firms/harbour/profiles/q", "11111111-2222-4333-8444-555555555555", &made)),
      "PRACTICE_CLIENT_NOT_FOUND");
}

// One value that a caller may not set.
TEST_F(SyncTest, BadValuesAreListedAllAtOnce) {
  MakeProfile("p", CompanyFields("a.example"));
  const std::string before = Profile("p").DebugString();
  v1::UpdateProfileRequest request;
  request.mutable_profile()->set_name("firms/harbour/profiles/p");
  auto* fields = request.mutable_profile()->mutable_fields();
  fields->set_email("not an address");
  fields->set_date_of_birth("1984-02-30");
  fields->set_name(std::string(256, 'x'));
  fields->set_given_name(std::string("a\0b", 3));
  fields->set_tax_number("******789");
  fields->mutable_postal_address()->set_country("Atlantis");
  fields->set_website("b.example");
  request.mutable_update_mask()->add_paths("fields");
  v1::Profile profile;
  const grpc::Status status =
      Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, request, &profile);
  EXPECT_EQ(status.error_code(), kInvalid);
  EXPECT_THAT(ViolatedFields(status),
              ::testing::UnorderedElementsAre(
                  "profile.fields.email", "profile.fields.date_of_birth", "profile.fields.name",
                  "profile.fields.given_name", "profile.fields.tax_number",
                  "profile.fields.postal_address.country"));
  EXPECT_EQ(Profile("p").DebugString(), before);
}

TEST_F(SyncTest, AStaleRevisionIsRefusedByName) {
  MakeProfile("p", CompanyFields("a.example"));
  const v1::Profile read = Profile("p");
  ASSERT_TRUE(Save("p", "fields.website", CompanyFields("b.example")).ok());
  v1::UpdateProfileRequest request;
  *request.mutable_profile() = read;
  request.mutable_profile()->clear_etag();
  request.mutable_profile()->mutable_fields()->set_email("a@a.example");
  request.mutable_update_mask()->add_paths("fields.email");
  v1::Profile profile;
  const grpc::Status status =
      Call(*profiles_, &v1::ProfileService::Stub::UpdateProfile, request, &profile);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_NE(status.error_message().find("website"), std::string::npos);
}

TEST_F(SyncTest, APageTokenHoldsForItsOwnQueryOnly) {
  for (const char* id : {"a", "b", "c"}) {
    MakeProfile(id, CompanyFields("a.example"));
  }
  v1::ListProfilesRequest request;
  request.set_parent(kFirm);
  request.set_page_size(2);
  v1::ListProfilesResponse page;
  ASSERT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &page).ok());
  ASSERT_EQ(page.profiles_size(), 2);
  request.set_page_token(page.next_page_token());
  request.set_filter("kind = COMPANY");
  EXPECT_EQ(ReasonOf(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &page)),
            "INVALID_PAGE_TOKEN");
  request.clear_filter();
  ASSERT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &page).ok());
  EXPECT_EQ(page.profiles_size(), 1);
  EXPECT_EQ(page.next_page_token(), "");
}

}  // namespace
}  // namespace profilesync::testing
