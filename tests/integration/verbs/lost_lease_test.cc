// A server that was so slow that another has taken over: it stores nothing of what came of its
// work, and what the other has found, or a person has decided, stays.
#include <memory>

#include "absl/synchronization/notification.h"
#include "common/failpoint.h"
#include "tests/integration/verbs/export_fixture.h"

namespace profilesync::testing {
namespace {

class LostLeaseTest : public ExportTest {
 protected:
  LostLeaseTest() {
    StopServer();
    config_.read_back_times = {.first = absl::Milliseconds(100), .second = absl::Hours(2)};
    StartServer();
    link_ = MakeLinked("p", CompanyFields("p.example"), {{"Name", "A Ltd"}});
  }

  // A second server on the database. As it starts, it recovers what it takes for abandoned.
  std::unique_ptr<app::App> TakeOver() {
    app::Config config = config_;
    config.background_interval = absl::InfiniteDuration();
    auto app = app::App::Start(config, later_);
    EXPECT_TRUE(app.ok()) << app.status();
    return app.ok() ? *std::move(app) : nullptr;
  }

  // Another server takes over when `failpoint` is next reached, and is gone again.
  void TakeOverAt(const std::string& failpoint) {
    SetFailpoint(failpoint, [this, failpoint] {
      SetFailpoint(failpoint, {});
      TakeOver();
      return absl::OkStatus();
    });
  }

  // A person who looked, and asks another server.
  void Resolve(const std::string& operation) {
    const auto other = TakeOver();
    const auto stub = v1::SyncService::NewStub(
        grpc::CreateChannel(other->address(), grpc::InsecureChannelCredentials()));
    v1::SyncOperation resolved;
    const grpc::Status status =
        Call(*stub, &v1::SyncService::Stub::ResolveSyncOperation,
             ResolutionOf(operation, v1::ResolveSyncOperationRequest::NOT_APPLIED), &resolved);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // What nobody knows the outcome of wasn't applied, a person says.
  void ResolveAll() {
    v1::ListSyncOperationsRequest request;
    request.set_parent(kFirm);
    request.set_filter("state = UNKNOWN");
    v1::ListSyncOperationsResponse response;
    EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, request, &response).ok());
    EXPECT_EQ(response.sync_operations_size(), 1);
    for (const v1::SyncOperation& operation : response.sync_operations()) {
      Resolve(operation.name());
    }
  }

  // All that the server does is over.
  void Restart() {
    StopServer();
    config_.read_back_times = {.first = absl::Hours(1), .second = absl::Hours(2)};
    StartServer();
  }

  // By which every lease of the first server is over.
  ShiftedClock later_{absl::Minutes(10)};
  std::string link_;
};

TEST_F(LostLeaseTest, ASyncThatWasRecoveredMeanwhileIsLeftAsItWasFound) {
  Restart();
  TakeOverAt("sync.before_outcome");
  const v1::SyncOperation answer = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(answer.state(), v1::SyncOperation::PUSHING) << answer.DebugString();
  EXPECT_EQ(Operation(answer.name()).state(), v1::SyncOperation::UNKNOWN);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
}

TEST_F(LostLeaseTest, SoIsARestore) {
  Restart();
  const v1::SyncOperation push = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  ASSERT_EQ(push.state(), v1::SyncOperation::DONE) << push.DebugString();
  TakeOverAt("sync.before_outcome");
  const v1::SyncOperation answer = Restore(push.name());
  EXPECT_EQ(answer.state(), v1::SyncOperation::PUSHING) << answer.DebugString();
  EXPECT_EQ(Operation(answer.name()).state(), v1::SyncOperation::UNKNOWN);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
}

TEST_F(LostLeaseTest, AWriteIsNotSentOnceAnotherHasTakenOver) {
  Restart();
  xpm_.ClearCalls();
  TakeOverAt("sync.before_push");
  EXPECT_EQ(Sync(Request(link_, {{"website", v1::TO_PRACTICE}})).state(),
            v1::SyncOperation::PUSHING);
  EXPECT_TRUE(xpm_.calls("client.api/update").empty());
  MakeProfile("q", Fields("name: 'Merrow Ltd' tax_number: '914-216-305'"), type::COMPANY);
  TakeOverAt("export.before_add");
  EXPECT_EQ(Exported(RequestFor("q")).link(), "");
  EXPECT_TRUE(xpm_.calls("client.api/add").empty());
}

TEST_F(LostLeaseTest, NorIsThatOfARestore) {
  Restart();
  const v1::SyncOperation push = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  xpm_.ClearCalls();
  TakeOverAt("sync.before_push");
  EXPECT_EQ(Restore(push.name()).state(), v1::SyncOperation::PUSHING);
  EXPECT_TRUE(xpm_.calls("client.api/update").empty());
}

TEST_F(LostLeaseTest, AReadBackStoresNothingOverWhatAPersonDecided) {
  absl::Notification resolved;
  SetFailpoint("read_back.after_read", [&] {
    SetFailpoint("read_back.after_read", {});
    ResolveAll();
    resolved.Notify();
    return absl::OkStatus();
  });
  const std::string operation = LeaveUnfinished(link_);
  EXPECT_TRUE(resolved.WaitForNotificationWithTimeout(absl::Seconds(20)));
  Restart();
  EXPECT_EQ(Operation(operation).state(), v1::SyncOperation::FAILED)
      << Operation(operation).DebugString();
  EXPECT_EQ(Operation(operation).resolution_note(), "looked at it");
  EXPECT_EQ(Outcomes(Operation(operation)), "not_applied website");
}

TEST_F(LostLeaseTest, AnExportThatWasRecoveredMeanwhileIsLeftToAPersonOrTheNextExport) {
  MakeProfile("q", Fields("name: 'Merrow Ltd' tax_number: '914-216-305'"), type::COMPANY);
  TakeOverAt("export.before_outcome");
  const v1::ExportProfileResponse answer = Exported(RequestFor("q"));
  const std::string& operation = answer.sync_operation().name();
  EXPECT_EQ(answer.link(), "") << answer.DebugString();
  EXPECT_EQ(Operation(operation).state(), v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_EQ(Operation(operation).link(), "");

  const v1::ExportProfileResponse settled = Exported(RequestFor("q"));
  EXPECT_EQ(settled.sync_operation().name(), operation);
  EXPECT_EQ(settled.sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_EQ(xpm_.calls("client.api/add").size(), 1u);
}

}  // namespace
}  // namespace profilesync::testing
