// What an operation wrote is undone by another one, on both sides and with its bases.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

class RevertTest : public SyncTest {
 protected:
  RevertTest() {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    fields.set_tax_number(kTaxNumber);
    link_ = MakeLinked("p", fields, {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  }
  // Both ways at once, over blank values.
  v1::SyncOperation SyncBoth() {
    return Sync(Request(link_, {{"website", v1::TO_PRACTICE}, {"primary_phone", v1::TO_PROFILE}}));
  }
  grpc::Status Revert(const v1::RevertSyncOperationRequest& request, v1::SyncOperation* operation) {
    return Call(*syncs_, &v1::SyncService::Stub::RevertSyncOperation, request, operation);
  }
  v1::SyncOperation Revert(const std::string& original, bool allow_partial = false) {
    v1::RevertSyncOperationRequest request;
    request.set_name(original);
    request.set_allow_partial(allow_partial);
    v1::SyncOperation operation;
    const grpc::Status status = Revert(request, &operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return operation;
  }
  std::string RefusalOf(const std::string& original) {
    v1::RevertSyncOperationRequest request;
    request.set_name(original);
    v1::SyncOperation operation;
    return ReasonOf(Revert(request, &operation));
  }
  v1::FieldDiff::State StateOf(const std::string& field) { return Field(link_, field).state(); }
  int Writes() { return static_cast<int>(xpm_.calls("client.api/update").size()); }

  std::string link_;
};

TEST_F(RevertTest, GivesBothSidesTheirValuesAndBasesBack) {
  const v1::SyncOperation sync = SyncBoth();
  ASSERT_EQ(StateOf("website"), v1::FieldDiff::IN_SYNC);
  const v1::SyncOperation revert = Revert(sync.name());
  EXPECT_EQ(revert.kind(), v1::SyncOperation::REVERT);
  EXPECT_EQ(revert.state(), v1::SyncOperation::DONE) << revert.DebugString();
  EXPECT_EQ(revert.original_operation(), sync.name());
  EXPECT_EQ(Outcomes(revert), Outcomes(sync));
  EXPECT_EQ(Client(link_).Get("Website"), "");
  EXPECT_EQ(Client(link_).Get("Phone"), "04 555 0100");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
  EXPECT_EQ(Profile("p").fields().website(), "p.example");
  EXPECT_EQ(StateOf("website"), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(StateOf("primary_phone"), v1::FieldDiff::NEVER_SYNCED);
}

TEST_F(RevertTest, AChangeThatWasSyncedIsAChangeAgain) {
  SyncBoth();
  type::ClientFields saved;
  saved.set_website("new.example");
  ASSERT_TRUE(Save("p", "fields.website", saved).ok());
  ASSERT_EQ(StateOf("website"), v1::FieldDiff::PROFILE_CHANGED);
  const v1::SyncOperation second = Sync(Request(link_, {{"website", v1::TO_PRACTICE}}));
  Revert(second.name());
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
  EXPECT_EQ(StateOf("website"), v1::FieldDiff::PROFILE_CHANGED);
}

TEST_F(RevertTest, ARevertCanBeReverted) {
  const v1::SyncOperation sync = SyncBoth();
  const v1::SyncOperation revert = Revert(sync.name());
  EXPECT_EQ(Revert(revert.name()).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
  EXPECT_EQ(StateOf("website"), v1::FieldDiff::IN_SYNC);
}

TEST_F(RevertTest, WhatWasChangedSinceStopsItOrIsLeft) {
  const v1::SyncOperation sync = SyncBoth();
  EditClient(link_, {{"Website", "by-hand.example"}});
  EXPECT_EQ(RefusalOf(sync.name()), "CHANGED_SINCE_READ");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "04 555 0100");
  const v1::SyncOperation revert = Revert(sync.name(), /*allow_partial=*/true);
  EXPECT_EQ(revert.state(), v1::SyncOperation::PARTLY_DONE) << revert.DebugString();
  EXPECT_EQ(Client(link_).Get("Website"), "by-hand.example");
  EXPECT_EQ(Profile("p").fields().primary_phone(), "");
}

TEST_F(RevertTest, ATaxNumberIsNamedAsNotRevertible) {
  const v1::SyncOperation sync =
      Sync(Request(link_, {{"website", v1::TO_PRACTICE}, {"tax_number", v1::TO_PRACTICE}}));
  EXPECT_EQ(RefusalOf(sync.name()), "UNSUPPORTED_BY_PRACTICE_SYSTEM");
  const v1::SyncOperation revert = Revert(sync.name(), /*allow_partial=*/true);
  EXPECT_EQ(Outcomes(revert), "refused tax_number, applied website");
  EXPECT_EQ(Client(link_).Get("Website"), "");
}

// Before its tax block is shown.
TEST_F(RevertTest, WhatWasNotShownBeforeItWasWrittenIsNotEmptied) {
  type::ClientFields fields;
  fields.set_name("B Ltd");
  fields.set_company_number("5550001");
  for (int reads = 0; reads < 2; ++reads) {  // the link's, and the sync's
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get",
                                  .kind = xpm_sandbox::FaultKind::kAbsent,
                                  .element = ""})
                    .ok());
  }
  link_ = MakeLinked("q", fields, {{"Name", "B Ltd"}});
  ASSERT_EQ(StateOf("company_number"), v1::FieldDiff::PRACTICE_UNKNOWN);
  const v1::SyncOperation sync = Sync(Request(link_, {{"company_number", v1::TO_PRACTICE}}));
  ASSERT_EQ(Outcomes(sync), "applied company_number");
  EXPECT_EQ(RefusalOf(sync.name()), "UNSUPPORTED_BY_PRACTICE_SYSTEM");
  const v1::SyncOperation revert = Revert(sync.name(), /*allow_partial=*/true);
  EXPECT_EQ(Outcomes(revert), "refused company_number");
  EXPECT_EQ(Client(link_).Get("CompanyNumber"), "5550001");
}

TEST_F(RevertTest, ValidateOnlyAndRepeatedRequests) {
  v1::RevertSyncOperationRequest request;
  request.set_name(SyncBoth().name());
  request.set_validate_only(true);
  v1::SyncOperation plan;
  ASSERT_TRUE(Revert(request, &plan).ok());
  EXPECT_EQ(plan.name(), "");
  EXPECT_EQ(plan.field_results_size(), 2);
  EXPECT_EQ(Writes(), 1);
  request.set_validate_only(false);
  request.set_request_id("0b5c9a4e-5f0e-4ea4-9a31-7a4b7d8c9e02");
  v1::SyncOperation first;
  v1::SyncOperation second;
  ASSERT_TRUE(Revert(request, &first).ok());
  ASSERT_TRUE(Revert(request, &second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Writes(), 2);
}

TEST_F(RevertTest, WhatCantBeReverted) {
  EXPECT_EQ(RefusalOf("firms/harbour/syncOperations/none"), "RESOURCE_NOT_FOUND");
  const v1::SyncOperation unchanged = Sync(Request(link_, {{"name", v1::TO_PRACTICE}}));
  EXPECT_EQ(RefusalOf(unchanged.name()), "NOTHING_TO_RESTORE");
  const v1::SyncOperation sync = SyncBoth();
  v1::DeleteLinkRequest unlink;
  unlink.set_name(link_);
  google::protobuf::Empty empty;
  ASSERT_TRUE(Call(*links_, &v1::LinkService::Stub::DeleteLink, unlink, &empty).ok());
  EXPECT_EQ(RefusalOf(sync.name()), "LINK_REQUIRED");
}

}  // namespace
}  // namespace profilesync::testing
