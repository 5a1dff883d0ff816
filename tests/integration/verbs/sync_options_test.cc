// What allow_stale, allow_partial and validate_only let a call do, and what they don't.
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SyncOptionsTest : public VerbsTest {
 protected:
  std::string MakeDiffering() {
    return MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example' email: 'a@a.example'"),
                      {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}, {"Fax", "04 555 0101"}});
  }
};

TEST_F(SyncOptionsTest, AllowStaleSyncsFromTheSnapshotWhileThePracticeSystemIsDown) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"primary_phone", v1::TO_PROFILE}});
  BreakXpm();
  const std::string before = Stored();
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "PRACTICE_SYSTEM_UNAVAILABLE");
  EXPECT_EQ(Stored(), before);
  request.set_allow_stale(true);
  const auto refreshed = Diff(link).refresh_time();
  operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Outcomes(operation), "applied primary_phone");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_EQ(Diff(link).refresh_time().DebugString(), refreshed.DebugString())
      << "nothing was fetched";
}

TEST_F(SyncOptionsTest, AllowStaleReadsAnewWhileThePracticeSystemIsUp) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"primary_phone", v1::TO_PROFILE}});
  request.set_allow_stale(true);
  EditClient(link, {{"Phone", "04 555 0999"}});
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Sync(request, &operation)), "CHANGED_SINCE_READ");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
}

TEST_F(SyncOptionsTest, AllowStaleIsRefusedOnceOneFieldIsToBePushed) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"primary_phone", v1::TO_PROFILE}, {"website", v1::TO_PRACTICE}});
  request.set_allow_stale(true);
  BreakXpm();
  xpm_.ClearCalls();
  const std::string before = Stored();
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), ElementsAre("allow_stale"));
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(SyncOptionsTest, AllowPartialAppliesTheRestInBothDirections) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"email", v1::TO_PRACTICE},
                                {"other_phone", v1::TO_PROFILE},
                                {"primary_phone", v1::TO_PROFILE},
                                {"website", v1::TO_PRACTICE}});
  request.set_allow_partial(true);
  EditClient(link, {{"Email", "staff@a.example"}, {"Fax", "04 555 0777"}});
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::PARTLY_DONE);
  EXPECT_EQ(Outcomes(operation),
            "moved email, moved other_phone, applied primary_phone, applied website");
  EXPECT_EQ(Client(link).Get("Email"), "staff@a.example");
  EXPECT_EQ(Client(link).Get("Website"), "a.example");
  EXPECT_EQ(Profile("p").fields().other_phone(), "");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
}

TEST_F(SyncOptionsTest, AllowPartialOfWhatHasAllMovedIsAFailureThatWritesNothing) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"email", v1::TO_PRACTICE}});
  request.set_allow_partial(true);
  EditClient(link, {{"Email", "staff@a.example"}});
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(Outcomes(operation), "moved email");
  EXPECT_THAT(xpm_.calls("client.api/update"), IsEmpty());
  EXPECT_EQ(Client(link).Get("Email"), "staff@a.example");
}

TEST_F(SyncOptionsTest, AValidatedSyncLeavesNoTrace) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"primary_phone", v1::TO_PROFILE}, {"website", v1::TO_PRACTICE}});
  // What it fetches differs from the snapshot, which stays as it is all the same.
  EditClient(link, {{"Fax", "04 555 0777"}});
  const auto record = Client(link).values;
  const std::string before = Stored();
  request.set_request_id(kRequestId);
  request.set_validate_only(true);
  const v1::SyncOperation plan = Sync(request);
  EXPECT_EQ(plan.name(), "");
  EXPECT_EQ(plan.state(), v1::SyncOperation::STATE_UNSPECIFIED);
  ASSERT_EQ(plan.field_results_size(), 2);
  EXPECT_EQ(plan.field_results(0).wanted_value().text(), "04 555 0100");
  EXPECT_EQ(plan.field_results(1).wanted_value().text(), "a.example");
  EXPECT_EQ(Stored(), before);
  EXPECT_EQ(Client(link).values, record);
  // Nor of its id.
  request.set_validate_only(false);
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
}

TEST_F(SyncOptionsTest, AValidatedSyncThatIsRefusedLeavesNoTrace) {
  const std::string link = MakeDiffering();
  auto request = Request(link, {{"email", v1::TO_PRACTICE}});
  request.set_validate_only(true);
  EditClient(link, {{"Email", "staff@a.example"}});
  const std::string before = Stored();
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Sync(request, &operation)), "CHANGED_SINCE_READ");
  EXPECT_EQ(Stored(), before);
}

TEST_F(SyncOptionsTest, AValidatedLinkLeavesNoTrace) {
  v1::CreateLinkRequest request;
  request.set_parent(kFirm);
  request.mutable_link()->set_profile(MakeProfile("p", Fields("name: 'A Ltd'")));
  request.mutable_link()->set_add_on(kAddOn);
  request.mutable_link()->set_practice_client_id(AddClient({{"Name", "A Limited"}}));
  request.set_link_id("mine");
  request.set_request_id(kRequestId);
  request.set_validate_only(true);
  const std::string before = Stored();
  v1::Link link;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &link).ok());
  EXPECT_EQ(link.practice_client_display_name(), "A Limited");
  EXPECT_EQ(Stored(), before);
  request.set_validate_only(false);
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &link).ok());
  EXPECT_EQ(link.name(), "firms/harbour/links/mine");
  // Once it is there, validating another one tells so.
  request.set_link_id("other");
  request.clear_request_id();
  request.set_validate_only(true);
  EXPECT_EQ(ReasonOf(Call(*links_, &v1::LinkService::Stub::CreateLink, request, &link)),
            "LINK_EXISTS");
}

}  // namespace
}  // namespace profilesync::testing
