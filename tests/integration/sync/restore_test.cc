// A practice client written back as it was before an operation, and above all before one that an
// XPM in replace mode (reference 13.1) took for more than it was.
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using xpm_sandbox::ElementMap;
using xpm_sandbox::FaultKind;

const ElementMap& Elements() {
  static const auto* const kElements = new ElementMap{{"Name", "A Ltd"},
                                                      {"Phone", "04 555 0100"},
                                                      {"Email", "a@b.example"},
                                                      {"Address", "1 Rimu St\nLevel 2"},
                                                      {"City", "Nelson"},
                                                      {"PostCode", "7010"},
                                                      {"ReferralSource", "A friend"},
                                                      {"ExportCode", "A<1>"},
                                                      {"CompanyNumber", "1234567"},
                                                      {"BusinessStructure", "Company"},
                                                      {"BalanceMonth", "3"},
                                                      {"GSTPeriod", "2 Monthly"},
                                                      {"GSTRegistered", "Yes"}};
  return *kElements;
}

class RestoreTest : public SyncTest {
 protected:
  RestoreTest() {
    type::ClientFields fields;
    fields.set_name("A Ltd");
    fields.set_website("p.example");
    link_ = MakeLinked("p", fields, Elements());
  }
  void ReplaceClients() {
    xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  }
  v1::SyncOperation Push() { return Sync(Request(link_, {{"website", v1::TO_PRACTICE}})); }
  std::string RefusalOf(const std::string& original) {
    v1::RestoreSyncOperationRequest request;
    request.set_name(original);
    v1::SyncOperation operation;
    return ReasonOf(Restore(request, &operation));
  }
  int Writes() { return static_cast<int>(xpm_.calls("client.api/update").size()); }
  // All that the client was made with is as it was.
  void ExpectAsBefore() {
    const auto client = Client(link_);
    for (const auto& [element, value] : Elements()) {
      EXPECT_EQ(client.Get(element), value) << element;
    }
    EXPECT_EQ(client.Get("Website"), "");
  }
  std::string OutcomeOf(const v1::SyncOperation& operation, const std::string& field) {
    for (const v1::FieldResult& result : operation.field_results()) {
      if (result.field() == field) {
        return v1::FieldResult::Outcome_Name(result.outcome());
      }
    }
    return "";
  }

  std::string link_;
};

TEST_F(RestoreTest, BringsBackAllThatAPushEmptied) {
  ReplaceClients();
  const v1::SyncOperation push = Push();
  ASSERT_EQ(Client(link_).Get("Phone"), "");
  ASSERT_EQ(Client(link_).Get("GSTPeriod"), "");

  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(restore.kind(), v1::SyncOperation::RESTORE);
  EXPECT_EQ(restore.original_operation(), push.name());
  ExpectAsBefore();
  // Masked, so what it was can't be known.
  EXPECT_EQ(restore.state(), v1::SyncOperation::PARTLY_DONE) << restore.DebugString();
  EXPECT_EQ(OutcomeOf(restore, "tax_number"), "REFUSED");
  for (const v1::FieldResult& result : restore.field_results()) {
    EXPECT_EQ(result.outcome() == v1::FieldResult::APPLIED, result.field() != "tax_number")
        << result.DebugString();
  }
  EXPECT_EQ(restore.unasked_changes_size(), 0) << restore.DebugString();
  EXPECT_EQ(Operation(restore.name()).SerializeAsString(), restore.SerializeAsString());
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Field(link_, "primary_phone").practice_value().text(), "04 555 0100");
}

TEST_F(RestoreTest, NothingMaskedOrReadOnlyIsSent) {
  ReplaceClients();
  Restore(Push().name());
  const std::string body = xpm_.calls("client.api/update").back().body;
  for (const char* element :
       {"TaxNumber", "IsArchived", "Contacts", "<Website>", "PostalAddress", "PostalCity"}) {
    EXPECT_THAT(body, Not(HasSubstr(element)));
  }
  EXPECT_THAT(body, HasSubstr("<GSTPeriod>2</GSTPeriod>"));
  EXPECT_THAT(body, HasSubstr("<WebSite></WebSite>"));
}

// Where an update keeps what it doesn't name, a restore touches what the operation wrote and no
// more.
TEST_F(RestoreTest, WritesNoMoreThanWasWritten) {
  const v1::SyncOperation push = Push();
  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(restore.state(), v1::SyncOperation::DONE) << restore.DebugString();
  EXPECT_EQ(Outcomes(restore), "applied website");
  ExpectAsBefore();
  const std::string body = xpm_.calls("client.api/update").back().body;
  EXPECT_THAT(body, HasSubstr("<Name>A Ltd</Name><WebSite></WebSite></Client>"));
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Profile("p").fields().website(), "p.example");
}

// While writes are suspended XPM is known to empty what an update doesn't name, whatever this
// operation did.
TEST_F(RestoreTest, RepeatsEverythingWhileWritesAreSuspended) {
  type::ClientFields fields;
  fields.set_name("B Ltd");
  fields.set_website("q.example");
  const std::string other = MakeLinked("q", fields, {{"Name", "B Ltd"}, {"Phone", "04 555 0200"}});
  const v1::SyncOperation harmless = Push();
  ReplaceClients();
  Sync(Request(other, {{"website", v1::TO_PRACTICE}}));
  const v1::SyncOperation restore = Restore(harmless.name());
  EXPECT_EQ(OutcomeOf(restore, "website"), "APPLIED") << restore.DebugString();
  ExpectAsBefore();
}

TEST_F(RestoreTest, WhatWasMendedByHandStays) {
  ReplaceClients();
  const v1::SyncOperation push = Push();
  EditClient(link_, {{"Phone", "04 555 0999"}, {"ReferralSource", "A friend"}});
  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(OutcomeOf(restore, "primary_phone"), "MOVED");
  EXPECT_EQ(OutcomeOf(restore, "ReferralSource"), "");
  EXPECT_EQ(Client(link_).Get("Phone"), "04 555 0999");
  EXPECT_EQ(Client(link_).Get("ReferralSource"), "A friend");
  EXPECT_EQ(Client(link_).Get("Email"), "a@b.example");
}

TEST_F(RestoreTest, ASecondOneFindsNothingToDo) {
  const std::string push = Push().name();
  Restore(push);
  const int writes = Writes();
  const v1::SyncOperation again = Restore(push);
  EXPECT_EQ(again.state(), v1::SyncOperation::DONE);
  EXPECT_EQ(again.field_results_size(), 0);
  EXPECT_EQ(Writes(), writes);
}

TEST_F(RestoreTest, ValidateOnlyShowsWhatItWouldDo) {
  ReplaceClients();
  v1::RestoreSyncOperationRequest request;
  request.set_name(Push().name());
  request.set_validate_only(true);
  v1::SyncOperation plan;
  ASSERT_TRUE(Restore(request, &plan).ok());
  EXPECT_EQ(plan.name(), "");
  EXPECT_EQ(plan.state(), v1::SyncOperation::STATE_UNSPECIFIED);
  EXPECT_EQ(OutcomeOf(plan, "primary_phone"), "OUTCOME_UNSPECIFIED");
  EXPECT_EQ(OutcomeOf(plan, "tax_number"), "REFUSED");
  EXPECT_EQ(Writes(), 1);
}

TEST_F(RestoreTest, ARepeatedRequestIsAnsweredAndNotRepeated) {
  v1::RestoreSyncOperationRequest request;
  request.set_name(Push().name());
  request.set_request_id("0b5c9a4e-5f0e-4ea4-9a31-7a4b7d8c9e01");
  v1::SyncOperation first;
  ASSERT_TRUE(Restore(request, &first).ok());
  v1::SyncOperation second;
  ASSERT_TRUE(Restore(request, &second).ok());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Writes(), 2);
}

TEST_F(RestoreTest, ALostAnswerIsReadBack) {
  ReplaceClients();
  const v1::SyncOperation push = Push();
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/update", .kind = FaultKind::kDrop, .applied = true})
          .ok());
  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(OutcomeOf(restore, "primary_phone"), "APPLIED") << restore.DebugString();
  ExpectAsBefore();
  EXPECT_EQ(Writes(), 2);
}

TEST_F(RestoreTest, AWriteOfUnknownFateIsPending) {
  const v1::SyncOperation push = Push();
  ASSERT_TRUE(xpm_.InjectFault(
                      {.endpoint = "client.api/update", .kind = FaultKind::kDrop, .applied = false})
                  .ok());
  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(restore.state(), v1::SyncOperation::UNKNOWN);
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::PENDING);
  EXPECT_EQ(RefusalOf(restore.name()), "OPERATION_UNFINISHED");
  EXPECT_EQ(RefusalOf(push.name()), "OPERATION_UNFINISHED");
}

TEST_F(RestoreTest, ARefusalIsToldAndChangesNothing) {
  const v1::SyncOperation push = Push();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update",
                                .kind = FaultKind::kBusinessError,
                                .value = "Not today"})
                  .ok());
  const v1::SyncOperation restore = Restore(push.name());
  EXPECT_EQ(restore.state(), v1::SyncOperation::FAILED);
  EXPECT_THAT(restore.error().message(), HasSubstr("Not today"));
  EXPECT_EQ(Client(link_).Get("Website"), "p.example");
  EXPECT_EQ(Field(link_, "website").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(RestoreTest, WhatCantBeRestored) {
  EXPECT_EQ(RefusalOf("firms/harbour/syncOperations/none"), "RESOURCE_NOT_FOUND");
  const v1::SyncOperation pull = Sync(Request(link_, {{"primary_phone", v1::TO_PROFILE}}));
  EXPECT_EQ(RefusalOf(pull.name()), "NOTHING_TO_RESTORE");
  const v1::SyncOperation push = Push();
  EditClient(link_, {{"IsArchived", "Yes"}});
  EXPECT_EQ(RefusalOf(push.name()), "PRACTICE_CLIENT_NOT_WRITABLE");
}

}  // namespace
}  // namespace profilesync::testing
