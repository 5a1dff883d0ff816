// What deleting takes away, what it leaves, and what stands in its way.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

class DeletionTest : public VerbsTest {
 protected:
  std::string Make(const std::string& id = "p") {
    return MakeLinked(id, Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  }

  grpc::Status DeleteProfile(bool force) {
    v1::DeleteProfileRequest request;
    request.set_name("firms/harbour/profiles/p");
    request.set_force(force);
    google::protobuf::Empty empty;
    return Call(*profiles_, &v1::ProfileService::Stub::DeleteProfile, request, &empty);
  }

  grpc::Status DeleteAddOn(bool force) {
    v1::DeleteAddOnRequest request;
    request.set_name(kAddOn);
    request.set_force(force);
    google::protobuf::Empty empty;
    return Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, request, &empty);
  }

  grpc::Status DeleteLink(const std::string& link) {
    v1::DeleteLinkRequest request;
    request.set_name(link);
    google::protobuf::Empty empty;
    return Call(*links_, &v1::LinkService::Stub::DeleteLink, request, &empty);
  }

  // Of the link, or of its diff.
  grpc::StatusCode Find(const std::string& link) {
    v1::GetLinkRequest request;
    request.set_name(link);
    v1::Link found;
    const auto code = Call(*links_, &v1::LinkService::Stub::GetLink, request, &found).error_code();
    v1::GetDiffRequest get;
    get.set_name(link + "/diff");
    v1::Diff diff;
    EXPECT_EQ(Call(*syncs_, &v1::SyncService::Stub::GetDiff, get, &diff).error_code(), code);
    return code;
  }

  void ExpectRefused(const grpc::Status& status, const std::string& reason,
                     const std::string& before) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_EQ(ReasonOf(status), reason) << status.error_message();
    EXPECT_EQ(Stored(), before);
  }
};

TEST_F(DeletionTest, AProfileGoesWithItsLinksOnlyByForceAndItsHistoryStays) {
  const std::string link = Make();
  const std::string other = Make("other");
  const v1::SyncOperation synced = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  const auto record = Client(link).values;
  ExpectRefused(DeleteProfile(/*force=*/false), "HAS_LINKS", Stored());
  ASSERT_TRUE(DeleteProfile(/*force=*/true).ok());
  v1::GetProfileRequest get;
  get.set_name("firms/harbour/profiles/p");
  v1::Profile profile;
  EXPECT_EQ(Call(*profiles_, &v1::ProfileService::Stub::GetProfile, get, &profile).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Find(link), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Find(other), grpc::StatusCode::OK);
  EXPECT_EQ(Operation(synced.name()).SerializeAsString(), synced.SerializeAsString());
  v1::ListProfileChangesRequest request;
  request.set_parent(kFirm);
  const auto changes = Changes(request);
  ASSERT_EQ(changes.profile_changes_size(), 3);
  EXPECT_EQ(changes.profile_changes(0).action(), v1::ProfileChange::CREATED);
  EXPECT_EQ(changes.profile_changes(2).action(), v1::ProfileChange::DELETED);
  EXPECT_EQ(Client(link).values, record) << "the practice's record stays as it is";
}

TEST_F(DeletionTest, AProfileWithoutLinksNeedsNoForce) {
  MakeProfile("p", Fields("name: 'A Ltd'"));
  EXPECT_TRUE(DeleteProfile(/*force=*/false).ok());
  const grpc::Status again = DeleteProfile(/*force=*/true);
  EXPECT_EQ(again.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(again), "RESOURCE_NOT_FOUND");
}

TEST_F(DeletionTest, AnAddOnGoesWithItsLinksOnlyByForceAndItsHistoryStays) {
  const std::string link = Make();
  const v1::SyncOperation synced = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  const std::string profile = Profile("p").DebugString();
  ExpectRefused(DeleteAddOn(/*force=*/false), "HAS_LINKS", Stored());
  ASSERT_TRUE(DeleteAddOn(/*force=*/true).ok());
  v1::GetAddOnRequest get;
  get.set_name(kAddOn);
  v1::AddOn add_on;
  EXPECT_EQ(Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, get, &add_on).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Find(link), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Profile("p").DebugString(), profile);
  EXPECT_EQ(Operation(synced.name()).SerializeAsString(), synced.SerializeAsString());
}

TEST_F(DeletionTest, NothingGoesUnderAnUnfinishedOperation) {
  const std::string link = Make();
  const std::string operation = LeaveUnfinished(link);
  const std::string before = Stored();
  for (const grpc::Status& status :
       {DeleteProfile(/*force=*/true), DeleteLink(link), DeleteAddOn(/*force=*/true)}) {
    ExpectRefused(status, "OPERATION_UNFINISHED", before);
    EXPECT_NE(status.error_message().find(operation), std::string::npos) << status.error_message();
  }
}

TEST_F(DeletionTest, AccessCanBeCutThoughAnOutcomeIsUnknown) {
  const std::string operation = LeaveUnfinished(Make());
  EXPECT_TRUE(Deactivate().ok());
  EXPECT_EQ(Operation(operation).state(), v1::SyncOperation::UNKNOWN);
}

TEST_F(DeletionTest, OfManyLinksTheOneWithAnUnfinishedOperationKeepsThemAll) {
  const std::string free = Make("a-first");
  LeaveUnfinished(Make("p"));
  ExpectRefused(DeleteAddOn(/*force=*/true), "OPERATION_UNFINISHED", Stored());
  EXPECT_EQ(Find(free), grpc::StatusCode::OK);
}

}  // namespace
}  // namespace profilesync::testing
