// A firm's suggestions, applied link by link: what is written, what stops it, what a preview says.
#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using xpm_sandbox::FaultKind;

class FirmSuggestionsTest : public VerbsTest {
 protected:
  // So many links, of each of which the website fills a blank in XPM.
  void MakeLinks(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = absl::StrCat("Client ", i);
      made_.push_back(
          MakeLinked(absl::StrCat("p", i),
                     Fields(absl::StrCat("name: '", name, "' website: 'w", i, ".example'")),
                     {{"Name", name}}));
    }
    xpm_.ClearCalls();
  }

  grpc::Status Try(const v1::ApplyFirmSuggestionsRequest& request,
                   google::longrunning::Operation* operation) {
    return Call(*syncs_, &v1::SyncService::Stub::ApplyFirmSuggestions, request, operation);
  }
  static v1::ApplyFirmSuggestionsRequest Wanted(const std::string& filter = "") {
    v1::ApplyFirmSuggestionsRequest request;
    request.set_name(kFirm);
    request.set_filter(filter);
    return request;
  }
  google::longrunning::Operation Await(google::longrunning::Operation operation) {
    EXPECT_TRUE(WaitUntil([&] {
      operation = LongOperation(operation.name());
      return operation.done();
    }));
    return operation;
  }
  // Applies them, and waits for the end of it.
  google::longrunning::Operation Apply(const v1::ApplyFirmSuggestionsRequest& request) {
    google::longrunning::Operation operation;
    const grpc::Status status = Try(request, &operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Await(operation);
  }
  v1::ApplyFirmSuggestionsResponse Applied(const std::string& filter = "") {
    return ResponseOf(Apply(Wanted(filter)));
  }
  static v1::ApplyFirmSuggestionsResponse ResponseOf(
      const google::longrunning::Operation& operation) {
    v1::ApplyFirmSuggestionsResponse response;
    EXPECT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
    return response;
  }
  static v1::ApplyFirmSuggestionsMetadata ProgressOf(
      const google::longrunning::Operation& operation) {
    v1::ApplyFirmSuggestionsMetadata progress;
    EXPECT_TRUE(operation.metadata().UnpackTo(&progress)) << operation.DebugString();
    return progress;
  }
  // The next read of a client goes well; so many behind it don't.
  void AfterTheFirstRead(FaultKind kind, int times) {
    const std::string endpoint = "client.api/get";
    EXPECT_TRUE(xpm_.InjectFault({.endpoint = endpoint, .kind = FaultKind::kChunked}).ok());
    EXPECT_TRUE(xpm_.InjectFault({.endpoint = endpoint, .kind = kind, .times = times}).ok());
  }
  std::size_t Writes() { return xpm_.calls("client.api/update").size(); }
  // How many of the clients have their profile's website.
  int Written() {
    int written = 0;
    for (const std::string& link : made_) {
      written += Client(link).Get("Website").empty() ? 0 : 1;
    }
    return written;
  }

  std::vector<std::string> made_;
};

TEST_F(FirmSuggestionsTest, EveryLinkIsSyncedTheLongestDifferingFirst) {
  MakeLinks(3);
  EditClient(made_[1], {{"Phone", "04 555 0101"}});
  Refresh(made_[1]);
  const google::longrunning::Operation ended = Apply(Wanted());
  const v1::ApplyFirmSuggestionsResponse response = ResponseOf(ended);
  ASSERT_EQ(response.sync_operations_size(), 3) << ended.DebugString();
  for (int i = 0; i < 3; ++i) {
    const v1::SyncOperation operation = Operation(response.sync_operations(i));
    EXPECT_EQ(operation.link(), made_[i]);
    EXPECT_EQ(operation.kind(), v1::SyncOperation::SUGGESTIONS);
    EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
    EXPECT_EQ(operation.long_running_operation(), ended.name());
    EXPECT_EQ(Client(made_[i]).Get("Website"), absl::StrCat("w", i, ".example"));
    EXPECT_EQ(Diff(made_[i]).differing_count(), 0);
  }
  EXPECT_EQ(Profile("p1").fields().primary_phone(), "04 555 0101");
  EXPECT_EQ(response.skipped_count(), 0);
  EXPECT_THAT(response.refusals(), IsEmpty());
  EXPECT_FALSE(response.has_error());
  EXPECT_EQ(ProgressOf(ended).done_count(), 3);
  EXPECT_EQ(ProgressOf(ended).total_count(), 3);
  EXPECT_EQ(Writes(), 3U);
  // Again there is nothing to do.
  EXPECT_THAT(Applied().sync_operations(), IsEmpty());
  EXPECT_EQ(Writes(), 3U);
}

TEST_F(FirmSuggestionsTest, AFilterChoosesLinksAndTheirFields) {
  MakeLinks(2);
  for (const std::string& link : made_) {
    EditClient(link, {{"Phone", "04 555 0101"}});
    Refresh(link);
  }
  EXPECT_EQ(Applied("field = primary_phone").sync_operations_size(), 2);
  EXPECT_EQ(Profile("p0").fields().primary_phone(), "04 555 0101");
  EXPECT_EQ(Writes(), 0U) << "the website wasn't chosen";
  EXPECT_THAT(Applied("state = CONFLICT").sync_operations(), IsEmpty());
  EXPECT_EQ(Applied("state = NEVER_SYNCED AND field = website").sync_operations_size(), 2);
  EXPECT_EQ(Written(), 2);
}

TEST_F(FirmSuggestionsTest, APreviewTellsAllAndWritesNothing) {
  MakeLinks(2);
  const std::string before = Stored();
  v1::ApplyFirmSuggestionsRequest request = Wanted();
  request.set_validate_only(true);
  request.set_request_id(kRequestId);
  google::longrunning::Operation preview;
  ASSERT_TRUE(Try(request, &preview).ok());
  EXPECT_EQ(preview.name(), "");
  EXPECT_TRUE(preview.done());
  const v1::ApplyFirmSuggestionsResponse response = ResponseOf(preview);
  EXPECT_EQ(response.planned_count(), 2);
  ASSERT_EQ(response.plans_size(), 2);
  EXPECT_EQ(response.plans(0).link(), made_[0]);
  EXPECT_EQ(response.plans(0).profile_display_name(), "Client 0");
  ASSERT_EQ(response.plans(0).field_results_size(), 1);
  const v1::FieldResult& field = response.plans(0).field_results(0);
  EXPECT_EQ(field.field(), "website");
  EXPECT_EQ(field.direction(), v1::TO_PRACTICE);
  EXPECT_FALSE(field.has_old_value());
  EXPECT_EQ(field.wanted_value().text(), "w0.example");
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
  // Nor is its id used.
  request.set_validate_only(false);
  const google::longrunning::Operation applied = Apply(request);
  EXPECT_EQ(ResponseOf(applied).sync_operations_size(), 2);
  google::longrunning::Operation repeated;
  ASSERT_TRUE(Try(request, &repeated).ok());
  EXPECT_EQ(repeated.name(), applied.name());
  EXPECT_EQ(Writes(), 2U);
}

TEST_F(FirmSuggestionsTest, ARunWhoseLinkFailsIsNotRunAgainByItsRequestId) {
  MakeLinks(2);
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kBusinessError}).ok());
  v1::ApplyFirmSuggestionsRequest request = Wanted();
  request.set_request_id(kRequestId);
  const google::longrunning::Operation applied = Apply(request);
  EXPECT_EQ(Writes(), 2U);
  google::longrunning::Operation repeated;
  ASSERT_TRUE(Try(request, &repeated).ok());
  EXPECT_EQ(repeated.name(), applied.name());
  EXPECT_TRUE(repeated.done());
  EXPECT_EQ(Writes(), 2U);
}

TEST_F(FirmSuggestionsTest, TheFirstWriteThatEmptiesAFieldIsTheLast) {
  MakeLinks(4);
  EditClient(made_[0], {{"Fax", "04 555 0100"}});
  Refresh(made_[0]);
  type::ClientFields same;
  same.set_other_phone("04 555 0100");
  ASSERT_TRUE(Save("p0", "fields.other_phone", same).ok());
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  EditClient(made_[0], {{"ExportCode", "KEEP"}});
  const v1::ApplyFirmSuggestionsResponse response = Applied();
  ASSERT_EQ(response.sync_operations_size(), 1) << response.DebugString();
  EXPECT_EQ(response.stopping_operation(), response.sync_operations(0));
  EXPECT_EQ(response.skipped_count(), 3);
  EXPECT_GT(Operation(response.stopping_operation()).unasked_changes_size(), 0);
  EXPECT_EQ(Written(), 1);
}

TEST_F(FirmSuggestionsTest, AWriteOfUnknownOutcomeStopsIt) {
  MakeLinks(3);
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kDrop}).ok());
  AfterTheFirstRead(FaultKind::kServerError, xpm_sandbox::Fault::kUntilCleared);
  const v1::ApplyFirmSuggestionsResponse response = Applied();
  EXPECT_EQ(response.sync_operations_size(), 1);
  EXPECT_EQ(response.stopping_operation(), response.sync_operations(0));
  EXPECT_EQ(response.skipped_count(), 2);
}

TEST_F(FirmSuggestionsTest, ALinkThatMovedIsRefusedAndStopsNothing) {
  MakeLinks(3);
  EditClient(made_[1], {{"Website", "by-hand.example"}});
  const v1::ApplyFirmSuggestionsResponse response = Applied();
  EXPECT_EQ(response.sync_operations_size(), 2);
  EXPECT_EQ(response.skipped_count(), 0);
  ASSERT_EQ(response.refusals_size(), 1);
  EXPECT_EQ(response.refusals(0).link(), made_[1]);
  EXPECT_EQ(ReasonIn(response.refusals(0).error()), "CHANGED_SINCE_READ");
  EXPECT_EQ(Client(made_[1]).Get("Website"), "by-hand.example");
}

TEST_F(FirmSuggestionsTest, APracticeSystemThatIsAwayEndsIt) {
  MakeLinks(2);
  BreakXpm();
  const google::longrunning::Operation ended = Apply(Wanted());
  EXPECT_EQ(ReasonIn(ended.error()), "PRACTICE_SYSTEM_UNAVAILABLE") << ended.DebugString();
  EXPECT_EQ(Written(), 0);
}

TEST_F(FirmSuggestionsTest, WhatWasDoneBeforeThePracticeSystemWentAwayIsTold) {
  MakeLinks(3);
  AfterTheFirstRead(FaultKind::kServerError, xpm_sandbox::Fault::kUntilCleared);
  const v1::ApplyFirmSuggestionsResponse response = Applied();
  EXPECT_EQ(response.sync_operations_size(), 1) << response.DebugString();
  EXPECT_EQ(response.skipped_count(), 2);
  EXPECT_EQ(ReasonIn(response.error()), "PRACTICE_SYSTEM_UNAVAILABLE");
  EXPECT_EQ(response.stopping_operation(), "");
}

TEST_F(FirmSuggestionsTest, CancelledItKeepsWhatIsDone) {
  MakeLinks(3);
  AfterTheFirstRead(FaultKind::kHang, 1);
  google::longrunning::Operation operation;
  ASSERT_TRUE(Try(Wanted(), &operation).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
  auto operations = google::longrunning::Operations::NewStub(
      grpc::CreateChannel(app_->address(), grpc::InsecureChannelCredentials()));
  google::longrunning::CancelOperationRequest cancel;
  cancel.set_name(operation.name());
  google::protobuf::Empty empty;
  ASSERT_TRUE(
      Call(*operations, &google::longrunning::Operations::Stub::CancelOperation, cancel, &empty)
          .ok());
  operation = Await(operation);
  EXPECT_EQ(ReasonIn(operation.error()), "OPERATION_CANCELLED");
  EXPECT_EQ(ProgressOf(operation).done_count(), 1);
  EXPECT_EQ(ProgressOf(operation).total_count(), 3);
  EXPECT_EQ(Written(), 1);
}

TEST_F(FirmSuggestionsTest, ItGoesOnWhereAnOrderlyStopLeftIt) {
  MakeLinks(4);
  AfterTheFirstRead(FaultKind::kHang, 1);
  google::longrunning::Operation operation;
  ASSERT_TRUE(Try(Wanted(), &operation).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
  StopServer();
  StartServer();
  operation = Await(operation);
  const v1::ApplyFirmSuggestionsResponse response = ResponseOf(operation);
  EXPECT_EQ(response.sync_operations_size(), 4) << operation.DebugString();
  EXPECT_EQ(Written(), 4);
  EXPECT_EQ(Writes(), 4U);
}

TEST_F(FirmSuggestionsTest, BadRequestsAreRefused) {
  google::longrunning::Operation operation;
  EXPECT_THAT(ViolatedFields(Try(Wanted("shoe_size = 44"), &operation)), ElementsAre("filter"));
  v1::ApplyFirmSuggestionsRequest other = Wanted();
  other.set_name("firms/none");
  EXPECT_EQ(ReasonOf(Try(other, &operation)), "RESOURCE_NOT_FOUND");
  other.set_validate_only(true);
  EXPECT_EQ(ReasonOf(Try(other, &operation)), "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace profilesync::testing
