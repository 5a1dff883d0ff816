// ExportProfile where it isn't known what became of the client that was asked for: at most one is
// ever created.
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "tests/integration/verbs/export_fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using xpm_sandbox::FaultKind;

class UnclearTest : public ExportTest {
 protected:
  UnclearTest() {
    MakeProfile("p", Fields("name: 'Merrow Ltd' email: 'a@merrow.example'"), type::COMPANY);
    // One that was there before, of that name.
    AddClient({{"Name", "Merrow Ltd"}, {"Email", "b@merrow.example"}});
  }

  void BreakAdd(FaultKind kind, bool applied) {
    ASSERT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/add", .kind = kind, .applied = applied}).ok());
  }

  // An export of which nobody knows what became. Returns its operation's name.
  std::string LeaveUnclear(FaultKind kind = FaultKind::kDrop) {
    BreakAdd(kind, false);
    auto request = RequestFor("p");
    request.set_request_id(kRequestId);
    const v1::ExportProfileResponse response = Exported(request);
    EXPECT_EQ(response.link(), "");
    EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::NEEDS_ATTENTION)
        << response.DebugString();
    EXPECT_FALSE(response.sync_operation().has_finish_time());
    return response.sync_operation().name();
  }

  v1::ListSyncOperationsResponse NeedingAttention() {
    v1::ListSyncOperationsRequest request;
    request.set_parent(kFirm);
    request.set_filter("state = NEEDS_ATTENTION");
    v1::ListSyncOperationsResponse response;
    EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, request, &response).ok());
    return response;
  }
};

class AppliedTest : public UnclearTest, public ::testing::WithParamInterface<FaultKind> {};

TEST_P(AppliedTest, TheClientIsFoundAndLinkedAndIsOne) {
  BreakAdd(GetParam(), true);
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE) << response.DebugString();
  ASSERT_EQ(xpm_.client_uuids().size(), 2u);
  EXPECT_EQ(response.practice_client().id(), xpm_.client_uuids()[1]);
  EXPECT_EQ(Diff(response.link()).differing_count(), 0);
  EXPECT_FALSE(response.sync_operation().has_error());
  EXPECT_THAT(Endpoints(), ElementsAre("client.api/search", "client.api/add", "client.api/search"));
}

INSTANTIATE_TEST_SUITE_P(All, AppliedTest,
                         ::testing::Values(FaultKind::kDrop, FaultKind::kTimeout,
                                           FaultKind::kServerError, FaultKind::kServerErrorJunk,
                                           FaultKind::kUnavailable, FaultKind::kHtml,
                                           FaultKind::kEmpty, FaultKind::kHalf,
                                           FaultKind::kCloseMidBody, FaultKind::kResetMidBody));

class NotAppliedTest : public UnclearTest, public ::testing::WithParamInterface<FaultKind> {};

TEST_P(NotAppliedTest, APersonMustLookAndNothingIsAskedForTwice) {
  const std::string operation = LeaveUnclear(GetParam());
  EXPECT_EQ(xpm_.client_uuids().size(), 1u);
  // Another export is refused, by name; the same one gets the state. Both look again.
  const grpc::Status refused = TryExport(RequestFor("p"));
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused), "OPERATION_UNFINISHED");
  EXPECT_THAT(refused.error_message(), HasSubstr(operation));
  auto request = RequestFor("p");
  request.set_allow_duplicates(true);
  EXPECT_EQ(ReasonOf(TryExport(request)), "OPERATION_UNFINISHED");
  request.set_validate_only(true);
  EXPECT_EQ(ReasonOf(TryExport(request)), "OPERATION_UNFINISHED");
  request = RequestFor("p");
  request.set_request_id(kRequestId);
  EXPECT_EQ(Exported(request).sync_operation().name(), operation);
  EXPECT_EQ(NeedingAttention().sync_operations_size(), 1);
  EXPECT_EQ(xpm_.calls("client.api/add").size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, NotAppliedTest,
                         ::testing::Values(FaultKind::kDrop, FaultKind::kTimeout,
                                           FaultKind::kServerError, FaultKind::kUnavailable,
                                           FaultKind::kHtml, FaultKind::kEmpty));

TEST_F(UnclearTest, ApplyingLateIsSeenByTheNextExport) {
  const std::string operation = LeaveUnclear(FaultKind::kLateDrop);
  xpm_.ApplyLateWrites();
  const v1::ExportProfileResponse settled = Exported(RequestFor("p"));
  EXPECT_EQ(settled.sync_operation().name(), operation);
  EXPECT_EQ(settled.sync_operation().state(), v1::SyncOperation::DONE);
  ASSERT_EQ(xpm_.client_uuids().size(), 2u);
  EXPECT_EQ(settled.practice_client().id(), xpm_.client_uuids()[1]);
  EXPECT_EQ(Diff(settled.link()).differing_count(), 0);
  EXPECT_THAT(NeedingAttention().sync_operations(), IsEmpty());
  auto request = RequestFor("p");
  request.set_request_id(kRequestId);
  EXPECT_EQ(Exported(request).DebugString(), settled.DebugString());
  EXPECT_EQ(xpm_.calls("client.api/add").size(), 1u);
}

TEST_F(UnclearTest, APersonWhoHasLookedMayExportAgain) {
  const std::string operation = LeaveUnclear();
  v1::ResolveSyncOperationRequest resolve;
  resolve.set_name(operation);
  resolve.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
  resolve.set_note("not in the practice system");
  v1::SyncOperation resolved;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation, resolve, &resolved).ok());
  EXPECT_EQ(resolved.state(), v1::SyncOperation::FAILED);
  auto request = RequestFor("p");
  request.set_request_id(kRequestId);
  const v1::ExportProfileResponse response = Exported(request);
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_NE(response.sync_operation().name(), operation) << "the id was free again";
  EXPECT_NE(response.link(), "");
  EXPECT_EQ(xpm_.client_uuids().size(), 2u);
}

TEST_F(UnclearTest, ASearchThatFailsLeavesItToThePersonAndToTheNextExport) {
  BreakAdd(FaultKind::kDrop, true);
  // The first search is let through.
  SetFailpoint("export.before_add", [&] {
    BreakXpm("client.api/search");
    return absl::OkStatus();
  });
  const v1::ExportProfileResponse unclear = Exported(RequestFor("p"));
  SetFailpoint("export.before_add", {});
  EXPECT_EQ(unclear.sync_operation().state(), v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("p"))), "OPERATION_UNFINISHED");
  xpm_.ClearFaults();
  EXPECT_EQ(Exported(RequestFor("p")).sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_EQ(xpm_.client_uuids().size(), 2u);
}

TEST_F(UnclearTest, AmongSeveralNoneIsChosen) {
  SetFailpoint("export.after_add", [&] {
    AddClient(
        {{"Name", "MERROW LTD"}, {"Email", "a@merrow.example"}, {"BusinessStructure", "Company"}});
    return absl::InternalError("lost");
  });
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  SetFailpoint("export.after_add", {});
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::NEEDS_ATTENTION);
  for (const std::size_t i : {1, 2}) {
    EXPECT_THAT(response.sync_operation().error().message(), HasSubstr(xpm_.client_uuids()[i]));
  }
}

TEST_F(UnclearTest, WhileItIsUnderWayNothingElseIsBegunAndNothingIsDeleted) {
  SetFailpoint("export.before_add", [&] {
    const grpc::Status second = TryExport(RequestFor("p"));
    EXPECT_EQ(ReasonOf(second), "STILL_RUNNING");
    v1::DeleteProfileRequest profile;
    profile.set_name("firms/harbour/profiles/p");
    profile.set_force(true);
    google::protobuf::Empty empty;
    EXPECT_EQ(ReasonOf(Call(*profiles_, &v1::ProfileService::Stub::DeleteProfile, profile, &empty)),
              "OPERATION_UNFINISHED");
    v1::DeleteAddOnRequest add_on;
    add_on.set_name(kAddOn);
    add_on.set_force(true);
    EXPECT_EQ(ReasonOf(Call(*add_ons_, &v1::AddOnService::Stub::DeleteAddOn, add_on, &empty)),
              "OPERATION_UNFINISHED");
    return absl::OkStatus();
  });
  EXPECT_EQ(Exported(RequestFor("p")).sync_operation().state(), v1::SyncOperation::DONE);
  SetFailpoint("export.before_add", {});
}

TEST_F(UnclearTest, NothingIsSentOnceWritesAreSuspended) {
  SetFailpoint("export.before_add", [&] {
    SuspendWrites();
    return absl::OkStatus();
  });
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  SetFailpoint("export.before_add", {});
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(ReasonIn(response.sync_operation().error()), "WRITES_SUSPENDED");
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
}

TEST_F(UnclearTest, AClientThatWasLinkedMeanwhileIsNamed) {
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/add",
                                .kind = FaultKind::kAlsoSet,
                                .element = "Email",
                                .value = "kept@merrow.example"})
                  .ok());
  const std::string other = MakeProfile("other", Fields("name: 'Merrow Ltd'"), type::COMPANY);
  v1::Link link;
  SetFailpoint("export.after_add", [&] {
    EXPECT_TRUE(Link(other, xpm_.client_uuids().back(), &link).ok());
    return absl::OkStatus();
  });
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  SetFailpoint("export.after_add", {});
  EXPECT_EQ(response.link(), "");
  EXPECT_EQ(response.practice_client().id(), xpm_.client_uuids().back());
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_THAT(response.sync_operation().error().message(), HasSubstr(link.name()));
  EXPECT_EQ(Outcomes(response.sync_operation()), "coerced email, applied name, applied tax_number");
}

TEST_F(UnclearTest, AProfileSavedWhileThePracticeSystemIsSearchedIsNotExported) {
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/search", .kind = FaultKind::kHang}).ok());
  std::thread saving([&] {
    EXPECT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
    EXPECT_TRUE(Save("p", "fields.email", Fields("email: 'c@merrow.example'")).ok());
    xpm_.Release();
  });
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("p"))), "CHANGED_SINCE_READ");
  saving.join();
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
}

TEST_F(UnclearTest, ACallThatXpmDidNotTakeIsAFailure) {
  for (const FaultKind kind : {FaultKind::kConflict, FaultKind::kForbidden,
                               FaultKind::kUnauthorized, FaultKind::kRateMinute}) {
    BreakAdd(kind, false);
    const v1::ExportProfileResponse response = Exported(RequestFor("p"));
    EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::FAILED)
        << response.DebugString();
    EXPECT_NE(ReasonIn(response.sync_operation().error()), "");
  }
  EXPECT_EQ(xpm_.client_uuids().size(), 1u);
}

}  // namespace
}  // namespace profilesync::testing
