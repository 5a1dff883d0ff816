// Writes of which nobody knows whether XPM has applied them: what reads find out later, and what a
// person must decide.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;
using xpm_sandbox::FaultKind;

class ReadBackTest : public SyncTest {
 protected:
  ReadBackTest() {
    StopServer();
    config_.read_back_times = {.first = absl::Milliseconds(300), .second = absl::Seconds(2)};
    StartServer();
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    fields.set_tax_number(kTaxNumber);
    link_ = MakeLinked("p", fields, {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  }

  // A push whose answer is lost, and whose first read-back fails.
  v1::SyncOperation PushInto(bool applied, const std::string& field = "website") {
    Break(applied);
    return Sync(Request(link_, {{field, v1::TO_PRACTICE}}));
  }
  void Break(bool applied) {
    ASSERT_TRUE(
        xpm_.InjectFault(
                {.endpoint = "client.api/update", .kind = FaultKind::kDrop, .applied = applied})
            .ok());
    // The fresh read goes well; the one right after the write doesn't.
    ASSERT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kReordered}).ok());
    ASSERT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kServerError}).ok());
  }
  v1::SyncOperation WaitFor(const std::string& operation, v1::SyncOperation::State state) {
    EXPECT_TRUE(WaitUntil([&] { return Operation(operation).state() == state; }))
        << Operation(operation).DebugString();
    return Operation(operation);
  }
  int Calls(const std::string& endpoint) { return static_cast<int>(xpm_.calls(endpoint).size()); }
  grpc::Status Resolve(const std::string& operation,
                       v1::ResolveSyncOperationRequest::Resolution resolution,
                       v1::SyncOperation* resolved) {
    return Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation,
                ResolutionOf(operation, resolution), resolved);
  }
  // A push that needs attention.
  std::string Unclear() {
    const v1::SyncOperation operation = PushInto(/*applied=*/false);
    EditClient(link_, {{"Website", "else.example"}});
    return WaitFor(operation.name(), v1::SyncOperation::NEEDS_ATTENTION).name();
  }

  std::string link_;
};

TEST_F(ReadBackTest, AWriteThatIsSeenLaterWasApplied) {
  const v1::SyncOperation operation = PushInto(/*applied=*/true);
  ASSERT_EQ(operation.state(), v1::SyncOperation::UNKNOWN) << operation.DebugString();
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);

  const v1::SyncOperation settled = WaitFor(operation.name(), v1::SyncOperation::DONE);
  EXPECT_EQ(Outcomes(settled), "applied website");
  EXPECT_EQ(settled.field_results(0).message(), "");
  EXPECT_FALSE(settled.has_error());
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::IN_SYNC);
  EXPECT_EQ(Calls("client.api/update"), 1);
}

TEST_F(ReadBackTest, TwoReadsProveThatNothingWasApplied) {
  const absl::Time start = absl::Now();
  const v1::SyncOperation operation = PushInto(/*applied=*/false);
  ASSERT_EQ(operation.state(), v1::SyncOperation::UNKNOWN);
  const v1::SyncOperation settled = WaitFor(operation.name(), v1::SyncOperation::FAILED);
  EXPECT_GE(absl::Now() - start, config_.read_back_times.second);
  EXPECT_EQ(Outcomes(settled), "not_applied website");
  EXPECT_THAT(settled.error().message(), HasSubstr("two later reads"));
  // Two before the outcome was stored, two since.
  EXPECT_EQ(Calls("client.api/get"), 1 + 4);
  EXPECT_EQ(Calls("client.api/update"), 1) << "recovery never writes";
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Sync(Request(link_, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
}

// What others did meanwhile isn't put down to a write that never was.
TEST_F(ReadBackTest, NothingIsBlamedOnAWriteThatWasntApplied) {
  const v1::SyncOperation operation = PushInto(/*applied=*/false);
  EditClient(link_, {{"Phone", ""}, {"ReferralSource", "A friend"}});
  const v1::SyncOperation settled = WaitFor(operation.name(), v1::SyncOperation::FAILED);
  EXPECT_EQ(settled.unasked_changes_size(), 0) << settled.DebugString();
  EXPECT_FALSE(AddOn().has_write_suspension());
  v1::RestoreSyncOperationRequest request;
  request.set_name(operation.name());
  v1::SyncOperation restore;
  EXPECT_EQ(ReasonOf(Restore(request, &restore)), "NOTHING_TO_RESTORE");
}

TEST_F(ReadBackTest, OneReadProvesNothing) {
  StopServer();
  config_.read_back_times.second = absl::Seconds(6);  // so that there is time to look between them
  StartServer();
  const v1::SyncOperation operation = PushInto(/*applied=*/false);
  ASSERT_TRUE(WaitUntil([&] { return Calls("client.api/get") >= 4; }));
  EXPECT_EQ(Operation(operation.name()).state(), v1::SyncOperation::UNKNOWN);
  // Applied late, as far as anybody can see.
  EditClient(link_, {{"Website", "p.example"}});
  EXPECT_EQ(Outcomes(WaitFor(operation.name(), v1::SyncOperation::DONE)), "applied website");
}

TEST_F(ReadBackTest, AThirdValueNeedsAPerson) {
  const std::string operation = Unclear();
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  EXPECT_EQ(Field(link_, "website").practice_value().text(), "else.example");
  v1::SyncOperation second;
  EXPECT_EQ(ReasonOf(Sync(Request(link_, {{"website", v1::TO_PRACTICE}}), &second)),
            "OPERATION_UNFINISHED");
  EXPECT_EQ(Calls("client.api/update"), 1);
}

TEST_F(ReadBackTest, AMaskedFieldIsNoEvidence) {
  const v1::SyncOperation operation = PushInto(/*applied=*/true, "tax_number");
  EXPECT_EQ(Outcomes(WaitFor(operation.name(), v1::SyncOperation::NEEDS_ATTENTION)),
            "unknown tax_number");
}

TEST_F(ReadBackTest, WhatVanishedSuspendsWritesThoughNobodyKnowsWhoseDoingItIs) {
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  const std::string name = PushInto(/*applied=*/true, "tax_number").name();
  const v1::SyncOperation unclear = WaitFor(name, v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_THAT(Unasked(unclear), ::testing::Contains("primary_phone"));
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), name);

  Resume();
  xpm_.SetBehaviour({});
  v1::SyncOperation resolved;
  ASSERT_TRUE(Resolve(name, v1::ResolveSyncOperationRequest::APPLIED, &resolved).ok());
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), "") << "a person has looked at it";
  const v1::SyncOperation restored = Restore(name);
  EXPECT_EQ(Client(link_).Get("Phone"), "04 555 0100") << restored.DebugString();
}

TEST_F(ReadBackTest, WhatChangedBesidesAWriteThatWasNotAppliedIsOthersDoing) {
  const std::string name = PushInto(/*applied=*/false, "tax_number").name();
  EditClient(link_, {{"Phone", "04 555 0199"}});
  EXPECT_THAT(Unasked(WaitFor(name, v1::SyncOperation::NEEDS_ATTENTION)),
              ::testing::ElementsAre("primary_phone"));
  EXPECT_EQ(AddOn().write_suspension().sync_operation(), "") << "nothing is gone";
  v1::SyncOperation resolved;
  ASSERT_TRUE(Resolve(name, v1::ResolveSyncOperationRequest::NOT_APPLIED, &resolved).ok());
  EXPECT_EQ(resolved.state(), v1::SyncOperation::FAILED);
}

// A masked number tells a person no more than it told the server.
TEST_F(ReadBackTest, WhatVanishedCanBeRestoredWhateverAPersonTakesTheWriteFor) {
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  const std::string name = PushInto(/*applied=*/true, "tax_number").name();
  WaitFor(name, v1::SyncOperation::NEEDS_ATTENTION);
  xpm_.SetBehaviour({});
  v1::SyncOperation resolved;
  ASSERT_TRUE(Resolve(name, v1::ResolveSyncOperationRequest::NOT_APPLIED, &resolved).ok());
  EXPECT_THAT(Unasked(resolved), ::testing::Contains("primary_phone"));
  const v1::SyncOperation restored = Restore(name);
  EXPECT_EQ(Client(link_).Get("Phone"), "04 555 0100") << restored.DebugString();
}

TEST_F(ReadBackTest, AReadThatFailsIsTriedAgain) {
  const v1::SyncOperation operation = PushInto(/*applied=*/true);
  StopServer();
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kServerError}).ok());
  StartServer();
  ASSERT_TRUE(WaitUntil([&] { return Calls("client.api/get") >= 4; }));
  EXPECT_EQ(Operation(operation.name()).state(), v1::SyncOperation::UNKNOWN);
  // A new server doesn't wait for the last one's next try.
  StopServer();
  StartServer();
  WaitFor(operation.name(), v1::SyncOperation::DONE);
}

TEST_F(ReadBackTest, ARestoreIsReadBackToo) {
  const v1::SyncOperation push = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  Break(/*applied=*/true);
  const v1::SyncOperation restore = Restore(push.name());
  ASSERT_EQ(restore.state(), v1::SyncOperation::UNKNOWN) << restore.DebugString();
  EXPECT_EQ(Outcomes(WaitFor(restore.name(), v1::SyncOperation::DONE)), "applied website");
  EXPECT_EQ(Client(link_).Get("Website"), "");
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::NEVER_SYNCED);
}

TEST_F(ReadBackTest, APersonSaysWhatBecameOfAWrite) {
  const std::string operation = Unclear();
  v1::SyncOperation resolved;
  ASSERT_TRUE(Resolve(operation, v1::ResolveSyncOperationRequest::NOT_APPLIED, &resolved).ok());
  EXPECT_EQ(resolved.state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(resolved.resolution_note(), "looked at it");
  EXPECT_EQ(Outcomes(resolved), "not_applied website");
  EXPECT_EQ(Operation(operation).SerializeAsString(), resolved.SerializeAsString());
  EXPECT_NE(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  EXPECT_EQ(Sync(Request(link_, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
}

TEST_F(ReadBackTest, AWriteThatWasAppliedAfterAll) {
  v1::SyncOperation resolved;
  ASSERT_TRUE(Resolve(Unclear(), v1::ResolveSyncOperationRequest::APPLIED, &resolved).ok());
  EXPECT_EQ(resolved.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Outcomes(resolved), "applied website");
}

TEST_F(ReadBackTest, ResolvingIsRefusedWhereItMeansNothing) {
  const v1::SyncOperation done = Sync(Request(link_, {{"primary_phone", v1::TO_PROFILE}}));
  v1::SyncOperation resolved;
  grpc::Status status = Resolve(done.name(), v1::ResolveSyncOperationRequest::APPLIED, &resolved);
  EXPECT_EQ(ReasonOf(status), "NO_ATTENTION_NEEDED") << status.error_message();
  v1::ResolveSyncOperationRequest bad;
  bad.set_name(done.name());
  status = Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation, bad, &resolved);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), ::testing::UnorderedElementsAre("resolution", "note"));
  bad.set_name("firms/harbour/syncOperations/none");
  bad.set_note("n");
  bad.set_resolution(v1::ResolveSyncOperationRequest::APPLIED);
  status = Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation, bad, &resolved);
  EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND");
}

}  // namespace
}  // namespace profilesync::testing
