// ExportProfile: which client is created and linked, or why none.
#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/export_fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using xpm_sandbox::FaultKind;

constexpr char kCompany[] = R"pb(
  name: "Merrow & Sons Ltd"
  email: "office@merrow.example"
  primary_phone: "03 555 0142"
  website: "https://merrow.example"
  postal_address { lines: "PO Box 88" city: "Nelson" postal_code: "7010" country: "NZ" }
)pb";

TEST_F(ExportTest, CreatesAClientOfWhatTheProfileHasAndLinksTheTwo) {
  MakeProfile("p", Fields(kCompany), type::COMPANY);
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  ASSERT_THAT(Endpoints(), ElementsAre("client.api/search", "client.api/add"));
  EXPECT_EQ(xpm_.calls("client.api/add")[0].body,
            "<Client><Name>Merrow &amp; Sons Ltd</Name><BusinessStructure>Company"
            "</BusinessStructure><Email>office@merrow.example</Email><Phone>03 555 0142</Phone>"
            "<WebSite>https://merrow.example</WebSite><PostalAddress>PO Box 88</PostalAddress>"
            "<PostalCity>Nelson</PostalCity><PostalPostCode>7010</PostalPostCode>"
            "<PostalCountry>New Zealand</PostalCountry><TaxNumber>" +
                kTaxNumber + "</TaxNumber></Client>")
      << "no blank element, and no part of an address that is none";
  ASSERT_EQ(xpm_.client_uuids().size(), 1u);
  const std::string client = xpm_.client_uuids()[0];
  EXPECT_EQ(response.practice_client().id(), client);
  EXPECT_EQ(response.practice_client().fields().email(), "office@merrow.example");
  EXPECT_THAT(response.possible_duplicates(), IsEmpty());
  const v1::SyncOperation& operation = response.sync_operation();
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(operation.kind(), v1::SyncOperation::EXPORT);
  EXPECT_EQ(operation.practice_client_id(), client);
  EXPECT_EQ(operation.link(), response.link());
  EXPECT_TRUE(operation.has_finish_time());
  EXPECT_EQ(Outcomes(operation),
            "applied email, applied primary_phone, applied website, applied postal_address, "
            "applied name, applied tax_number");
  EXPECT_EQ(Operation(operation.name()).DebugString(), operation.DebugString());
  EXPECT_EQ(Diff(response.link()).practice_client_id(), client);
  EXPECT_EQ(Diff(response.link()).differing_count(), 0) << Diff(response.link()).DebugString();
  EXPECT_EQ(Refresh(response.link()).differing_count(), 0);
  EXPECT_EQ(Field(response.link(), "email").state(), v1::FieldDiff::IN_SYNC);
  // From here on it is known who changes what.
  ASSERT_TRUE(xpm_.EditClient(client, {.values = {{"Phone", "03 555 0199"}}}).ok());
  Refresh(response.link());
  EXPECT_EQ(Field(response.link(), "primary_phone").state(), v1::FieldDiff::PRACTICE_CHANGED);
}

TEST_F(ExportTest, APersonHasAPersonsFields) {
  MakeProfile("p",
              Fields("name: 'Adaeze Okafor' given_name: 'Adaeze' family_name: 'Okafor' "
                     "date_of_birth: '1984-02-29' company_number: '123456'"),
              type::INDIVIDUAL);
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE)
      << response.sync_operation().DebugString();
  const auto client = xpm_.GetClient(response.practice_client().id());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(client->Get("BusinessStructure"), "Individual");
  EXPECT_EQ(client->Get("LastName"), "Okafor");
  EXPECT_EQ(client->Get("DateOfBirth"), "1984-02-29");
  EXPECT_EQ(Diff(response.link()).differing_count(), 0) << Diff(response.link()).DebugString();
}

TEST_F(ExportTest, WhatCanNotBeWrittenIsLeftOut) {
  v1::AddOnSettings settings;
  (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
  ASSERT_TRUE(UpdateSettings(settings).ok());
  MakeProfile("p", Fields("name: 'Some Club' other_phone: '021 555 0100' given_name: 'Nobody'"),
              type::ASSOCIATION);
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  EXPECT_EQ(Outcomes(response.sync_operation()), "applied name, applied tax_number");
  const auto client = xpm_.GetClient(response.practice_client().id());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(client->Get("Fax"), "");
  EXPECT_EQ(client->Get("BusinessStructure"), "") << "what the practice calls it isn't known";
}

TEST_F(ExportTest, WhatThePracticeSystemDoesNotShowIsSaid) {
  MakeProfile("p", Fields("name: 'Merrow Ltd' company_number: '1234567'"), type::COMPANY);
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/add",
                                .kind = FaultKind::kAbsent,
                                .element = "CompanyNumber"})
                  .ok());
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_THAT(response.sync_operation().DebugString(), HasSubstr("show the field"));
  EXPECT_EQ(Field(response.link(), "company_number").state(), v1::FieldDiff::PRACTICE_UNKNOWN);
  Refresh(response.link());
  EXPECT_EQ(Field(response.link(), "company_number").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(ExportTest, WhatThePracticeSystemAltersHasABase) {
  MakeProfile("p", Fields("name: 'Merrow Ltd' primary_phone: '03 555 0142'"), type::COMPANY);
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/add",
                                .kind = FaultKind::kAlsoSet,
                                .element = "Phone",
                                .value = "none given"})
                  .ok());
  const v1::ExportProfileResponse response = Exported(RequestFor("p"));
  EXPECT_EQ(Outcomes(response.sync_operation()),
            "coerced primary_phone, applied name, applied tax_number");
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Field(response.link(), "primary_phone").state(), v1::FieldDiff::COERCED);
}

// XPM shows the last three digits.
TEST_F(ExportTest, AMaskedValueIsHeldAgainstItsVisibleDigits) {
  MakeProfile("p", Fields("name: 'Merrow Ltd' tax_number: '123-456-782'"), type::COMPANY);
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/add",
                                .kind = FaultKind::kAlsoSet,
                                .element = "TaxNumber",
                                .value = "123-456-709"})
                  .ok());
  const v1::SyncOperation operation = Exported(RequestFor("p")).sync_operation();
  EXPECT_EQ(Outcomes(operation), "applied name, coerced tax_number");
  EXPECT_EQ(operation.field_results(1).kept_value().text(), "******709");
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
}

TEST_F(ExportTest, PossibleDuplicatesStopItAndAreNamed) {
  const std::string turned = AddClient({{"Name", "Okafor, Adaeze"}, {"Email", "A@Okafor.example"}});
  const std::string archived =
      AddClient({{"Name", "ADAEZE OKAFOR"}, {"Fax", "+64 3 555 0142"}, {"IsArchived", "Yes"}});
  AddClient({{"Name", "Okafor, Adaeze"}, {"Email", "other@okafor.example"}});
  AddClient({{"Name", "Okafor, Adaobi"}, {"Email", "a@okafor.example"}});
  AddClient({{"Name", "Okafor, Adaeze"}, {"Email", "a@okafor.example"}, {"IsDeleted", "Yes"}});
  MakeProfile(
      "p", Fields("name: 'Adaeze Okafor' email: 'a@okafor.example' primary_phone: '03 555 0142'"),
      type::INDIVIDUAL);
  const std::string before = Stored();
  auto request = RequestFor("p");
  request.set_request_id(kRequestId);
  const v1::ExportProfileResponse response = Exported(request);
  EXPECT_THAT(DuplicatesIn(response), UnorderedElementsAre(turned, archived));
  EXPECT_EQ(response.link(), "");
  EXPECT_FALSE(response.has_practice_client());
  EXPECT_FALSE(response.has_sync_operation());
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
  // The caller approves, and may do so under the same id: nothing was recorded.
  request.set_allow_duplicates(true);
  const v1::ExportProfileResponse created = Exported(request);
  EXPECT_EQ(created.sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_THAT(created.possible_duplicates(), IsEmpty());
  EXPECT_EQ(xpm_.client_uuids().size(), 6u);
}

TEST_F(ExportTest, AClientLinkedToAProfileOfThatNameIsAPossibleDuplicateThoughNoSearchFindsIt) {
  const std::string linked = AddClient({{"Name", "Merrow  Ltd"}, {"Email", "a@merrow.example"}});
  v1::Link link;
  ASSERT_TRUE(Link(MakeProfile("first", Fields("name: 'Merrow Ltd'")), linked, &link).ok());
  MakeProfile("p", Fields("name: 'Merrow Ltd' email: 'a@merrow.example'"));
  EXPECT_THAT(DuplicatesIn(Exported(RequestFor("p"))), ElementsAre(linked));
}

TEST_F(ExportTest, MoreThanThePracticeSystemListsMayHoldADuplicate) {
  for (int i = 0; i < 501; ++i) {
    AddClient({{"Name", absl::StrCat("Wu, Number ", i)}});
  }
  MakeProfile("person", Fields("name: 'Somebody Wu'"), type::INDIVIDUAL);
  EXPECT_NE(Exported(RequestFor("person")).link(), "") << "the whole name finds few";
  MakeProfile("p", Fields("name: 'Wu' tax_number: '914-216-305'"), type::COMPANY);
  const std::string before = Stored();
  const grpc::Status refused = TryExport(RequestFor("p"));
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused), "UNSUPPORTED_BY_PRACTICE_SYSTEM");
  EXPECT_EQ(Stored(), before);
  auto request = RequestFor("p");
  request.set_allow_duplicates(true);
  EXPECT_NE(Exported(request).link(), "");
}

TEST_F(ExportTest, ValidateOnlyTellsWhatWouldBeWrittenAndChangesNothing) {
  MakeProfile("p", Fields(kCompany), type::COMPANY);
  const std::string before = Stored();
  auto request = RequestFor("p");
  request.set_validate_only(true);
  request.set_request_id(kRequestId);
  const v1::ExportProfileResponse response = Exported(request);
  EXPECT_EQ(response.link(), "");
  EXPECT_EQ(response.sync_operation().name(), "");
  EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::STATE_UNSPECIFIED);
  EXPECT_EQ(response.sync_operation().field_results_size(), 6);
  EXPECT_THAT(response.DebugString(), Not(HasSubstr(kTaxNumber)));
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(Endpoints(), ElementsAre("client.api/search"));
  const std::string client =
      AddClient({{"Name", "MERROW & Sons Ltd"}, {"Website", "x.example"}, {"Phone", "035550142"}});
  EXPECT_THAT(DuplicatesIn(Exported(request)), ElementsAre(client)) << "and no answer is recorded";
  request.set_allow_duplicates(true);
  const v1::ExportProfileResponse allowed = Exported(request);
  EXPECT_THAT(DuplicatesIn(allowed), ElementsAre(client));
  EXPECT_TRUE(allowed.has_sync_operation());
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
}

TEST_F(ExportTest, ARepeatedRequestIdGetsTheSameAnswer) {
  MakeProfile("p", Fields(kCompany), type::COMPANY);
  auto request = RequestFor("p");
  request.set_request_id(kRequestId);
  const v1::ExportProfileResponse first = Exported(request);
  EXPECT_EQ(Exported(request).DebugString(), first.DebugString());
  StopServer();
  StartServer();
  EXPECT_EQ(Exported(request).DebugString(), first.DebugString());
  EXPECT_EQ(xpm_.calls("client.api/add").size(), 1u);
  request.set_allow_duplicates(true);
  EXPECT_EQ(ReasonOf(TryExport(request)), "REQUEST_ID_REUSED");
}

TEST_F(ExportTest, ALinkedProfileIsNotExported) {
  const std::string link = MakeLinked("p", Fields("name: 'A'"), {{"Name", "A"}});
  const std::string before = Stored();
  xpm_.ClearCalls();
  const grpc::Status status = TryExport(RequestFor("p"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(status), "LINK_EXISTS");
  EXPECT_THAT(status.error_message(), HasSubstr(link));
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(ExportTest, WhatStandsInTheWayIsNamedBeforeAnyCall) {
  MakeProfile("p", Fields("name: 'A'"));
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("nobody"))), "RESOURCE_NOT_FOUND");
  auto request = RequestFor("p");
  request.set_add_on("firms/harbour/addOns/none");
  EXPECT_EQ(ReasonOf(TryExport(request)), "RESOURCE_NOT_FOUND");
  SuspendWrites();
  const std::string before = Stored();
  xpm_.ClearCalls();
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("p"))), "WRITES_SUSPENDED");
  ASSERT_TRUE(Deactivate().ok());
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("p"))), "ADD_ON_NOT_ACTIVE");
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(ExportTest, NothingIsBegunWhenTheSearchFails) {
  MakeProfile("p", Fields("name: 'A'"));
  const std::string before = Stored();
  BreakXpm("client.api/search");
  EXPECT_EQ(TryExport(RequestFor("p")).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls("client.api/add"), IsEmpty());
}

TEST_F(ExportTest, NothingIsBegunThatTheBudgetDoesNotReachTheEndOf) {
  MakeProfile("p", Fields("name: 'A'"));
  RestartWithLimits("calls_per_minute: 2 calls_per_day: 0");
  xpm_.ClearCalls();
  EXPECT_EQ(ReasonOf(TryExport(RequestFor("p"))), "PRACTICE_BUDGET_EXHAUSTED");
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(ExportTest, ARefusalCreatesNothingAndFreesTheRequestId) {
  MakeProfile("p", Fields("name: 'A'"));
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/add",
                                .kind = FaultKind::kBusinessError,
                                .value = "Tax number " + kTaxNumber + " is in use"})
                  .ok());
  auto request = RequestFor("p");
  request.set_request_id(kRequestId);
  const v1::ExportProfileResponse refused = Exported(request);
  EXPECT_EQ(refused.link(), "");
  EXPECT_EQ(refused.sync_operation().state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(ReasonIn(refused.sync_operation().error()), "REFUSED_BY_PRACTICE_SYSTEM");
  EXPECT_THAT(refused.sync_operation().error().message(), HasSubstr("is in use"));
  EXPECT_THAT(refused.DebugString(), Not(HasSubstr(kTaxNumber)));
  EXPECT_THAT(Endpoints(), ElementsAre("client.api/search", "client.api/add"));
  EXPECT_EQ(Exported(request).sync_operation().state(), v1::SyncOperation::DONE);
  EXPECT_EQ(xpm_.client_uuids().size(), 1u);
}

TEST_F(ExportTest, AStructureThatThePracticeDoesNotHaveIsARefusal) {
  MakeProfile("p", Fields("name: 'A'"), type::TRUST);
  RestartWithLimits("calls_per_minute: 0 business_structures { name: 'Whanau Trust' kind: TRUST }");
  const v1::ExportProfileResponse refused = Exported(RequestFor("p"));
  EXPECT_EQ(refused.sync_operation().state(), v1::SyncOperation::FAILED);
  EXPECT_THAT(xpm_.calls("client.api/add")[0].body,
              HasSubstr("<BusinessStructure>Whanau Trust</BusinessStructure>"));
}

}  // namespace
}  // namespace profilesync::testing
