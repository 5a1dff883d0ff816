// A practice system that takes a write and shows it later: what was pushed is pending until a read
// shows it, within a limit.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class DeferredTest : public SyncTest {
 protected:
  DeferredTest()
      : SyncTest(
            XpmAccess::kTokenFile,
            "read_timeout_seconds: 5 write_timeout_seconds: 2 writes_shown_within_seconds: 3") {
    StopServer();
    config_.read_back_times = {.first = absl::Milliseconds(200), .second = absl::Seconds(1)};
    StartServer();
    xpm_.SetBehaviour({.updates_shown = xpm_sandbox::UpdatesShown::kLater});
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    fields.set_tax_number(kTaxNumber);
    link_ = MakeLinked("p", fields, {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  }
  v1::SyncOperation Push(const std::string& field = "website") {
    return Sync(Request(link_, {{field, v1::TO_PRACTICE}}));
  }
  v1::SyncOperation WaitFor(const std::string& operation, v1::SyncOperation::State state) {
    EXPECT_TRUE(WaitUntil([&] { return Operation(operation).state() == state; }))
        << Operation(operation).DebugString();
    return Operation(operation);
  }
  std::size_t Writes() { return xpm_.calls("client.api/update").size(); }

  std::string link_;
};

TEST_F(DeferredTest, APushIsPendingUntilAReadShowsIt) {
  const v1::SyncOperation operation =
      Sync(Request(link_, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::UNKNOWN) << operation.DebugString();
  EXPECT_EQ(Outcomes(operation), "applied primary_phone, unknown website");
  EXPECT_FALSE(operation.has_error()) << "nothing went wrong";
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  EXPECT_EQ(Field(link_, "website").pending_operation(), operation.name());
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100") << "the profile half goes ahead";
  // Two reads that don't show it are no proof that it wasn't applied.
  ASSERT_TRUE(WaitUntil([&] { return xpm_.calls("client.api/get").size() >= 5; }));
  EXPECT_EQ(Operation(operation.name()).state(), v1::SyncOperation::UNKNOWN);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  xpm_.ApplyLateWrites();
  const v1::SyncOperation settled = WaitFor(operation.name(), v1::SyncOperation::DONE);
  EXPECT_EQ(Outcomes(settled), "applied primary_phone, applied website");
  EXPECT_EQ(settled.unasked_changes_size(), 0) << settled.DebugString();
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_EQ(Writes(), 1U);
}

TEST_F(DeferredTest, ADoubtfulAnswerIsNotHeldAgainstAReadThatShowsNothingYet) {
  // The answer says that the write has emptied the phone.
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared,
                     .updates_shown = xpm_sandbox::UpdatesShown::kLater});
  const v1::SyncOperation operation = Push();
  EXPECT_EQ(operation.state(), v1::SyncOperation::UNKNOWN) << operation.DebugString();
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  xpm_.ApplyLateWrites();
  const v1::SyncOperation settled = WaitFor(operation.name(), v1::SyncOperation::DONE);
  EXPECT_GT(settled.unasked_changes_size(), 0) << "the harm is seen once it is shown";
}

TEST_F(DeferredTest, ItSetsNoBaseBeforeThat) {
  const v1::SyncOperation operation = Push();
  v1::ResolveSyncOperationRequest request;
  request.set_name(WaitFor(operation.name(), v1::SyncOperation::NEEDS_ATTENTION).name());
  EXPECT_EQ(Operation(request.name()).field_results(0).message(),
            "the practice system took the write and doesn't show it");
  request.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("XPM lost it");
  v1::SyncOperation resolved;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation, request, &resolved).ok());
  EXPECT_EQ(resolved.state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Writes(), 1U) << "nobody writes it again by itself";
}

TEST_F(DeferredTest, AReadRightAfterTheWriteThatShowsItSettlesIt) {
  xpm_.SetBehaviour({});
  const v1::SyncOperation operation = Push();
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(xpm_.calls("client.api/get").size(), 3U) << "linking, before the write, after it";
}

TEST_F(DeferredTest, WhatCanNeverBeShownIsNotWaitedFor) {
  const v1::SyncOperation operation = Push("tax_number");
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
}

TEST_F(DeferredTest, AnUnclearWriteIsntTakenForLostBeforeItWouldHaveToBeShown) {
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kDrop}).ok());
  const absl::Time start = absl::Now();
  const v1::SyncOperation operation = Push();
  ASSERT_EQ(operation.state(), v1::SyncOperation::UNKNOWN);
  WaitFor(operation.name(), v1::SyncOperation::FAILED);
  EXPECT_GE(absl::Now() - start, absl::Seconds(3));
}

}  // namespace
}  // namespace profilesync::testing
