// Links that aren't there, request ids that were used for something else, and all that is wrong
// told at once.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class BadRequestTest : public VerbsTest {
 protected:
  std::string Make(const std::string& id) {
    return MakeLinked(id, Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  }

  void ExpectReused(const grpc::Status& status) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED") << status.error_message();
    EXPECT_THAT(ViolatedFields(status), ElementsAre("request_id"));
  }

  v1::CreateLinkRequest NewLink(const std::string& profile) {
    v1::CreateLinkRequest request;
    request.set_parent(kFirm);
    request.mutable_link()->set_profile(profile);
    request.mutable_link()->set_add_on(kAddOn);
    request.mutable_link()->set_practice_client_id(AddClient({{"Name", "B Ltd"}}));
    request.set_request_id(kRequestId);
    return request;
  }
};

TEST_F(BadRequestTest, ALinkThatIsNotThereIsNotFound) {
  Make("p");
  const std::string unknown = "firms/harbour/links/none";
  const std::string before = Stored();
  xpm_.ClearCalls();
  v1::GetLinkRequest get;
  get.set_name(unknown);
  v1::Link link;
  v1::DeleteLinkRequest remove;
  remove.set_name(unknown);
  google::protobuf::Empty empty;
  v1::GetDiffRequest get_diff;
  get_diff.set_name(unknown + "/diff");
  v1::Diff diff;
  for (const grpc::Status& status :
       {Call(*links_, &v1::LinkService::Stub::GetLink, get, &link),
        Call(*links_, &v1::LinkService::Stub::DeleteLink, remove, &empty),
        Call(*syncs_, &v1::SyncService::Stub::GetDiff, get_diff, &diff), TryRefresh(unknown)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND") << status.error_message();
  }
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(BadRequestTest, ALinkDeletedTwiceIsNotFoundTheSecondTime) {
  const std::string link = Make("p");
  v1::DeleteLinkRequest remove;
  remove.set_name(link);
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::DeleteLink, remove, &empty).ok());
  EXPECT_EQ(ReasonOf(Call(*links_, &v1::LinkService::Stub::DeleteLink, remove, &empty)),
            "RESOURCE_NOT_FOUND");
}

TEST_F(BadRequestTest, ARequestIdOfAnotherLinkIsRefused) {
  v1::CreateLinkRequest request = NewLink(MakeProfile("p", Fields("name: 'A Ltd'")));
  v1::Link first;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &first).ok());
  v1::Link again;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  request = NewLink(MakeProfile("q", Fields("name: 'B Ltd'")));
  const std::string before = Stored();
  xpm_.ClearCalls();
  ExpectReused(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &again));
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(BadRequestTest, ARequestIdOfAnotherRefreshIsRefused) {
  const std::string link = Make("p");
  const std::string other = Make("q");
  ASSERT_TRUE(TryRefresh(link, kRequestId).ok());
  const std::string before = Stored();
  xpm_.ClearCalls();
  EXPECT_TRUE(TryRefresh(link, kRequestId).ok());
  ExpectReused(TryRefresh(other, kRequestId));
  EXPECT_THAT(xpm_.calls(), IsEmpty()) << "neither the repeated one nor the refused one fetches";
  EXPECT_EQ(Stored(), before);
}

TEST_F(BadRequestTest, ARequestIdOfAnotherMethodIsRefused) {
  const std::string link = Make("p");
  ASSERT_TRUE(TryRefresh(link, kRequestId).ok());
  v1::SyncProfileRequest sync = Request(link, {{"website", v1::TO_PRACTICE}});
  sync.set_request_id(kRequestId);
  v1::DeleteLinkRequest remove;
  remove.set_name(link);
  remove.set_request_id(kRequestId);
  v1::ImportPracticeClientsRequest import = ImportOf({AddClient({{"Name", "B Ltd"}})});
  import.set_request_id(kRequestId);
  const std::string before = Stored();
  v1::SyncOperation operation;
  google::protobuf::Empty empty;
  google::longrunning::Operation imported;
  for (const grpc::Status& status :
       {Sync(sync, &operation), Call(*links_, &v1::LinkService::Stub::DeleteLink, remove, &empty),
        TryImport(import, &imported)}) {
    ExpectReused(status);
  }
  EXPECT_EQ(Stored(), before);
}

// What one look at the names and what the verb itself finds is told together, whatever the method's
// shape.
TEST_F(BadRequestTest, WhatIsWrongWithNamesAndIdsIsToldWithWhatElseIsWrong) {
  const std::string link = Make("p");
  const std::string before = Stored();
  xpm_.ClearCalls();
  v1::CreateProfileRequest create;
  create.set_parent(kFirm);
  create.mutable_profile()->mutable_fields()->set_email("nobody");
  create.set_request_id("abc");
  v1::Profile profile;
  EXPECT_THAT(
      ViolatedFields(Call(*profiles_, &v1::ProfileService::Stub::CreateProfile, create, &profile)),
      UnorderedElementsAre("request_id", "profile.fields.name", "profile.fields.email"));

  v1::CreateLinkRequest new_link;
  new_link.set_parent(kFirm);
  new_link.mutable_link()->set_profile("p");
  new_link.mutable_link()->set_add_on(kAddOn);
  new_link.set_link_id("--");
  v1::Link made;
  EXPECT_THAT(ViolatedFields(Call(*links_, &v1::LinkService::Stub::CreateLink, new_link, &made)),
              UnorderedElementsAre("link.profile", "link_id", "link.practice_client_id"));

  v1::SyncProfileRequest sync = Request(link, {{"website", v1::TO_PRACTICE}});
  sync.set_add_on("xpm");
  sync.set_request_id("abc");
  sync.mutable_fields(0)->clear_direction();
  sync.add_fields()->set_field("nothing");
  sync.mutable_fields(1)->set_direction(v1::TO_PROFILE);
  sync.mutable_fields(1)->set_etag("etag");
  v1::SyncOperation operation;
  EXPECT_THAT(
      ViolatedFields(Sync(sync, &operation)),
      UnorderedElementsAre("add_on", "request_id", "fields[0].direction", "fields[1].field"));
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

// Which add-ons it may name isn't known, then.
TEST_F(BadRequestTest, AFilterIsNotBlamedForAnotherFieldsFault) {
  v1::ApplyFirmSuggestionsRequest request;
  request.set_filter("add_on = firms/harbour/addOns/xpm");
  google::longrunning::Operation operation;
  EXPECT_THAT(ViolatedFields(
                  Call(*syncs_, &v1::SyncService::Stub::ApplyFirmSuggestions, request, &operation)),
              ElementsAre("name"));
  request.set_name(kFirm);
  request.set_filter("foo = 1 AND bar = 2");
  request.set_request_id("abc");
  EXPECT_THAT(ViolatedFields(
                  Call(*syncs_, &v1::SyncService::Stub::ApplyFirmSuggestions, request, &operation)),
              ElementsAre("request_id", "filter", "filter"));
}

// A request that is right but for its id is only looked at.
TEST_F(BadRequestTest, NothingComesOfARequestThatIsRefusedForItsId) {
  Make("p");
  const std::string before = Stored();
  v1::CreateProfileRequest create;
  create.set_parent(kFirm);
  create.mutable_profile()->mutable_fields()->set_name("C Ltd");
  create.set_request_id("abc");
  v1::Profile profile;
  const grpc::Status status =
      Call(*profiles_, &v1::ProfileService::Stub::CreateProfile, create, &profile);
  EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST");
  EXPECT_THAT(ViolatedFields(status), ElementsAre("request_id"));
  v1::DeleteProfileRequest remove;
  remove.set_name("firms/harbour/profiles/p");
  remove.set_force(true);
  remove.set_request_id("abc");
  google::protobuf::Empty empty;
  EXPECT_THAT(
      ViolatedFields(Call(*profiles_, &v1::ProfileService::Stub::DeleteProfile, remove, &empty)),
      ElementsAre("request_id"));
  EXPECT_EQ(Stored(), before);
}

}  // namespace
}  // namespace profilesync::testing
