// BatchCreateProfiles: many at once, and all or none of them.
#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class BatchCreateTest : public VerbsTest {
 protected:
  static v1::BatchCreateProfilesRequest BatchOf(int count) {
    v1::BatchCreateProfilesRequest request;
    request.set_parent(kFirm);
    for (int i = 0; i < count; ++i) {
      v1::CreateProfileRequest* create = request.add_requests();
      create->set_profile_id(absl::StrCat("p", i));
      create->mutable_profile()->set_kind(type::COMPANY);
      create->mutable_profile()->mutable_fields()->set_name(absl::StrCat("Client ", i));
    }
    return request;
  }

  grpc::Status Create(const v1::BatchCreateProfilesRequest& request,
                      v1::BatchCreateProfilesResponse* response) {
    return Call(*profiles_, &v1::ProfileService::Stub::BatchCreateProfiles, request, response);
  }

  v1::BatchCreateProfilesResponse Created(const v1::BatchCreateProfilesRequest& request) {
    v1::BatchCreateProfilesResponse response;
    const grpc::Status status = Create(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // firms/other.
  void MakeOtherFirm() {
    v1::CreateFirmRequest firm;
    firm.set_firm_id("other");
    firm.mutable_firm()->set_display_name("Other");
    firm.mutable_firm()->set_region_code("NZ");
    v1::Firm created;
    ASSERT_TRUE(Call(*firms_, &v1::FirmService::Stub::CreateFirm, firm, &created).ok());
  }

  // Of the call, which changes nothing.
  grpc::Status Refusal(const v1::BatchCreateProfilesRequest& request) {
    const std::string before = Stored();
    v1::BatchCreateProfilesResponse response;
    const grpc::Status status = Create(request, &response);
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(Stored(), before);
    return status;
  }
};

TEST_F(BatchCreateTest, CreatesAsManyAsABatchMayHold) {
  constexpr int kMost = 1000;
  const v1::BatchCreateProfilesResponse response = Created(BatchOf(kMost));
  ASSERT_EQ(response.profiles_size(), kMost);
  for (int i : {0, 1, 500, kMost - 1}) {
    const v1::Profile& profile = response.profiles(i);
    EXPECT_EQ(profile.name(), absl::StrCat("firms/harbour/profiles/p", i)) << "in their order";
    EXPECT_EQ(profile.fields().name(), absl::StrCat("Client ", i));
    EXPECT_EQ(profile.DebugString(), Profile(absl::StrCat("p", i)).DebugString());
  }
  v1::ListProfileChangesRequest list;
  list.set_parent(kFirm);
  list.set_page_size(kMost);
  const v1::ListProfileChangesResponse changes = Changes(list);
  ASSERT_EQ(changes.profile_changes_size(), kMost) << "each is in the change log";
  EXPECT_EQ(changes.profile_changes(kMost - 1).action(), v1::ProfileChange::CREATED);
}

TEST_F(BatchCreateTest, HoldsOneToAThousand) {
  for (const int count : {0, 1001}) {
    const grpc::Status status = Refusal(BatchOf(count));
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << count;
    EXPECT_THAT(ViolatedFields(status), ElementsAre("requests")) << count;
  }
}

TEST_F(BatchCreateTest, IdsMayBeLeftOutAndTheParentToo) {
  auto request = BatchOf(3);
  request.mutable_requests(0)->clear_profile_id();
  request.mutable_requests(1)->set_parent(kFirm);
  request.mutable_requests(2)->clear_profile_id();
  const v1::BatchCreateProfilesResponse response = Created(request);
  ASSERT_EQ(response.profiles_size(), 3);
  EXPECT_EQ(response.profiles(1).name(), "firms/harbour/profiles/p1");
  EXPECT_NE(response.profiles(0).name(), response.profiles(2).name());
  EXPECT_EQ(response.profiles(2).fields().name(), "Client 2");
}

TEST_F(BatchCreateTest, OneBadOneKeepsAllOutAndEachFaultIsNamedByItsRequest) {
  auto request = BatchOf(5);
  request.mutable_requests(1)->mutable_profile()->mutable_fields()->set_email("no address");
  request.mutable_requests(1)->mutable_profile()->set_region_code("ZZ");
  request.mutable_requests(3)->mutable_profile()->mutable_fields()->clear_name();
  request.mutable_requests(4)->set_profile_id("a/b");
  const grpc::Status status = Refusal(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST");
  EXPECT_THAT(
      ViolatedFields(status),
      UnorderedElementsAre("requests[1].profile.fields.email", "requests[1].profile.region_code",
                           "requests[3].profile.fields.name", "requests[4].profile_id"))
      << status.error_message();
}

TEST_F(BatchCreateTest, ARequestOfAnotherFirmIsRefusedByItsIndex) {
  MakeOtherFirm();
  auto request = BatchOf(2);
  request.mutable_requests(1)->set_parent("firms/other");
  EXPECT_THAT(ViolatedFields(Refusal(request)), ElementsAre("requests[1].parent"));
  request.mutable_requests(0)->mutable_profile()->mutable_fields()->clear_name();
  EXPECT_THAT(ViolatedFields(Refusal(request)),
              UnorderedElementsAre("requests[1].parent", "requests[0].profile.fields.name"));
}

// Whose every fault can't be listed, let alone be compared with every other on the store's writer.
TEST_F(BatchCreateTest, OfAGreatManyFaultsTheFirstAreListedAndTheRestCounted) {
  MakeOtherFirm();
  v1::BatchCreateProfilesRequest request;
  request.set_parent(kFirm);
  for (int i = 0; i < 100'000; ++i) {
    request.add_requests()->set_parent("firms/other");
  }
  const grpc::Status status = Refusal(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const std::vector<std::string> fields = ViolatedFields(status);
  ASSERT_FALSE(fields.empty());
  EXPECT_EQ(fields.front(), "requests[0].parent");
  EXPECT_LE(fields.size(), 101u);
}

TEST_F(BatchCreateTest, AnIdThatExistsKeepsAllOutAndIsNamed) {
  MakeProfile("p2", Fields("name: 'Was there'"));
  const grpc::Status status = Refusal(BatchOf(4));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(status), "RESOURCE_EXISTS");
  EXPECT_THAT(status.error_message(), HasSubstr("firms/harbour/profiles/p2"));
  EXPECT_EQ(Profile("p2").fields().name(), "Was there");
}

TEST_F(BatchCreateTest, AnIdThatABatchNamesTwiceKeepsAllOut) {
  auto request = BatchOf(3);
  request.mutable_requests(2)->set_profile_id("p0");
  const grpc::Status status = Refusal(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_THAT(status.error_message(), HasSubstr("firms/harbour/profiles/p0"));
}

TEST_F(BatchCreateTest, ARepeatedRequestIdGetsTheRecordedAnswer) {
  auto request = BatchOf(3);
  request.mutable_requests(0)->clear_profile_id();
  request.set_request_id(kRequestId);
  const v1::BatchCreateProfilesResponse first = Created(request);
  const std::string after = Stored();
  EXPECT_EQ(Created(request).DebugString(), first.DebugString()) << "the id that was made up too";
  EXPECT_EQ(Stored(), after);
  request.mutable_requests(2)->mutable_profile()->mutable_fields()->set_name("Another");
  EXPECT_EQ(ReasonOf(Refusal(request)), "REQUEST_ID_REUSED");
}

TEST_F(BatchCreateTest, ARefusedBatchDoesNotUseItsRequestIdUp) {
  auto request = BatchOf(2);
  request.set_request_id(kRequestId);
  request.mutable_requests(1)->mutable_profile()->mutable_fields()->clear_name();
  Refusal(request);
  request.mutable_requests(1)->mutable_profile()->mutable_fields()->set_name("Named");
  EXPECT_EQ(Created(request).profiles_size(), 2);
}

TEST_F(BatchCreateTest, CanBeTriedOut) {
  auto request = BatchOf(2);
  request.set_validate_only(true);
  const std::string before = Stored();
  EXPECT_EQ(Created(request).profiles_size(), 2);
  EXPECT_EQ(Stored(), before);
}

}  // namespace
}  // namespace profilesync::testing
