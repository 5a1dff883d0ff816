#include <google/protobuf/text_format.h>

#include "absl/strings/match.h"
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

type::ClientFields Fields(const std::string& text) {
  type::ClientFields fields;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &fields)) << text;
  return fields;
}

// The help article's own example.
TEST_F(SyncTest, SyncsFourFieldsInTwoDirectionsByOneGetAndOnePut) {
  const std::string link =
      MakeLinked("kowhai", Fields("name: 'Kowhai Builders' website: 'https://kowhai.example'"),
                 {{"Name", "Kowhai Builders"},
                  {"Phone", "(04) 555 0188"},
                  {"Address", "45 Harbour Street\n"},
                  {"City", "Wellington"},
                  {"PostCode", "6011"},
                  {"PostalAddress", "PO Box 23 226"},
                  {"PostalCity", "Wellington"},
                  {"PostalCountry", "New Zealand"}});
  xpm_.ClearCalls();
  const auto request = Request(link, {{"website", v1::TO_PRACTICE},
                                      {"primary_phone", v1::TO_PROFILE},
                                      {"physical_address", v1::TO_PROFILE},
                                      {"postal_address", v1::TO_PROFILE}});
  EXPECT_THAT(xpm_.calls(), IsEmpty()) << "a diff makes no call";
  const v1::SyncOperation operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE) << operation.DebugString();
  EXPECT_EQ(Outcomes(operation),
            "applied physical_address, applied postal_address, applied primary_phone, applied "
            "website");
  ASSERT_EQ(xpm_.calls().size(), 2u);
  EXPECT_EQ(xpm_.calls()[0].method, "GET");
  EXPECT_EQ(xpm_.calls()[1].method, "PUT");
  const std::string body = xpm_.calls()[1].body;
  EXPECT_THAT(body, ::testing::MatchesRegex("<Client><UUID>[^<]*</UUID><Name>Kowhai "
                                            "Builders</Name><WebSite>https://kowhai.example"
                                            "</WebSite></Client>"));
  EXPECT_EQ(Client(link).Get("Website"), "https://kowhai.example");
  const v1::Profile profile = Profile("kowhai");
  EXPECT_EQ(profile.fields().primary_phone(), "(04) 555 0188");
  EXPECT_EQ(profile.fields().postal_address().country(), "NZ") << "a profile holds ISO codes";
  EXPECT_THAT(profile.fields().physical_address().lines(), ElementsAre("45 Harbour Street"));
  const v1::Diff diff = Diff(link);
  EXPECT_EQ(diff.differing_count(), 0) << diff.DebugString();
  EXPECT_FALSE(diff.can_sync());
}

TEST_F(SyncTest, TellsWhoChangedSinceTheSidesAgreed) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' email: 'a@a.example' website: 'a.example'"),
                 {{"Name", "A Ltd"}, {"Email", "a@a.example"}, {"Website", "a.example"}});
  EXPECT_EQ(Field(link, "email").state(), v1::FieldDiff::IN_SYNC);
  EditClient(link, {{"Email", "new@a.example"}});
  Refresh(link);
  EXPECT_EQ(Field(link, "email").state(), v1::FieldDiff::PRACTICE_CHANGED);
  EXPECT_EQ(Field(link, "email").suggested_direction(), v1::TO_PROFILE);
  ASSERT_TRUE(Save("p", "fields.email", Fields("email: 'other@a.example'")).ok());
  EXPECT_EQ(Field(link, "email").state(), v1::FieldDiff::CONFLICT);
  EXPECT_EQ(Field(link, "email").suggested_direction(), v1::SYNC_DIRECTION_UNSPECIFIED);
  ASSERT_TRUE(Save("p", "fields.website", Fields("website: 'b.example'")).ok());
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::PROFILE_CHANGED);
  EXPECT_EQ(Field(link, "website").suggested_direction(), v1::TO_PRACTICE);
  // Both come to the same value by themselves: they agree again.
  EditClient(link, {{"Email", "OTHER@A.example"}});
  Refresh(link);
  EXPECT_EQ(Field(link, "email").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(SyncTest, NeverWritesBlankOverAValueUnlessTheFieldIsToBeCleared) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd'"), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  auto request = Request(link, {{"primary_phone", v1::TO_PRACTICE}});
  v1::SyncOperation operation;
  grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(ViolatedFields(status), ElementsAre("fields[0].clear"));
  EXPECT_EQ(Client(link).Get("Phone"), "04 555 0100");
  request.mutable_fields(0)->set_clear(true);
  EXPECT_EQ(Outcomes(Sync(request)), "applied primary_phone");
  EXPECT_EQ(Client(link).Get("Phone"), "");
  EXPECT_EQ(Field(link, "primary_phone").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(SyncTest, PushesAnAddressWholeSoThatTheSidesNeverMix) {
  const std::string link = MakeLinked(
      "p",
      Fields("name: 'A Ltd' postal_address { lines: 'PO Box 1' city: 'Nelson' country: 'NZ' }"),
      {{"Name", "A Ltd"},
       {"PostalAddress", "PO Box 99"},
       {"PostalCity", "Timaru"},
       {"PostalRegion", "Canterbury"},
       {"PostalPostCode", "7940"}});
  EXPECT_EQ(Outcomes(Sync(Request(link, {{"postal_address", v1::TO_PRACTICE}}))),
            "applied postal_address");
  EXPECT_EQ(Client(link).Get("PostalAddress"), "PO Box 1");
  EXPECT_EQ(Client(link).Get("PostalCity"), "Nelson");
  EXPECT_EQ(Client(link).Get("PostalRegion"), "");
  EXPECT_EQ(Client(link).Get("PostalPostCode"), "");
  EXPECT_EQ(Client(link).Get("PostalCountry"), "New Zealand");
}

TEST_F(SyncTest, ValidateOnlyTellsWhatWouldHappenAndWritesNothing) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  request.set_validate_only(true);
  const v1::SyncOperation plan = Sync(request);
  EXPECT_EQ(plan.name(), "");
  EXPECT_EQ(plan.field_results(0).wanted_value().text(), "a.example");
  EXPECT_EQ(Client(link).Get("Website"), "");
  EXPECT_THAT(xpm_.calls("client.api/update"), IsEmpty());
  v1::ListSyncOperationsRequest list;
  list.set_parent(kFirm);
  v1::ListSyncOperationsResponse operations;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ListSyncOperations, list, &operations).ok());
  EXPECT_EQ(operations.sync_operations_size(), 0);
  request.set_validate_only(false);
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
}

TEST_F(SyncTest, ARepeatedRequestIdGetsTheRecordedOperation) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  request.set_request_id("8f14e45f-ceea-467f-a0e6-0d7a0e8a1c11");
  const v1::SyncOperation first = Sync(request);
  const v1::SyncOperation second = Sync(request);
  EXPECT_EQ(first.name(), second.name());
  EXPECT_EQ(xpm_.calls("client.api/update").size(), 1u);
  request.set_allow_partial(true);
  v1::SyncOperation operation;
  EXPECT_EQ(ReasonOf(Sync(request, &operation)), "REQUEST_ID_REUSED");
}

TEST_F(SyncTest, AllowPartialAppliesWhatHasNotMoved) {
  const std::string link = MakeLinked(
      "p", Fields("name: 'A Ltd' website: 'a.example' email: 'a@a.example'"), {{"Name", "A Ltd"}});
  auto request = Request(link, {{"website", v1::TO_PRACTICE}, {"email", v1::TO_PRACTICE}});
  EditClient(link, {{"Email", "staff@a.example"}});
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "CHANGED_SINCE_READ");
  EXPECT_TRUE(absl::StrContains(status.error_message(), "email")) << status.error_message();
  EXPECT_EQ(Client(link).Get("Website"), "") << "nothing is written when one field has moved";
  EXPECT_EQ(Field(link, "email").practice_value().text(), "staff@a.example")
      << "the next diff shows what moved";
  request.set_allow_partial(true);
  operation = Sync(request);
  EXPECT_EQ(operation.state(), v1::SyncOperation::PARTLY_DONE);
  EXPECT_EQ(Outcomes(operation), "moved email, applied website");
  EXPECT_EQ(Client(link).Get("Email"), "staff@a.example");
}

TEST_F(SyncTest, AnEditToAFieldThatWasNotAskedForDoesNotStopTheSync) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  const auto request = Request(link, {{"website", v1::TO_PRACTICE}});
  EditClient(link, {{"Phone", "04 555 0111"}, {"Name", "A Limited"}});
  EXPECT_EQ(Sync(request).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(Client(link).Get("Name"), "A Limited") << "the current name is repeated, not the old";
  EXPECT_EQ(Client(link).Get("Phone"), "04 555 0111");
}

TEST_F(SyncTest, WhatASyncChangesInAProfileLeavesByTheChangeLog) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd'"), {{"Name", "A Ltd"}, {"Phone", "04 555 0100"}});
  const v1::SyncOperation operation = Sync(Request(link, {{"primary_phone", v1::TO_PROFILE}}));
  v1::ListProfileChangesRequest request;
  request.set_parent(kFirm);
  v1::ListProfileChangesResponse changes;
  ASSERT_TRUE(
      Call(*profiles_, &v1::ProfileService::Stub::ListProfileChanges, request, &changes).ok());
  ASSERT_EQ(changes.profile_changes_size(), 2);
  EXPECT_EQ(changes.profile_changes(0).revision(), 1);
  EXPECT_EQ(changes.profile_changes(0).action(), v1::ProfileChange::CREATED);
  const v1::ProfileChange& change = changes.profile_changes(1);
  EXPECT_EQ(change.revision(), 2);
  EXPECT_EQ(change.source(), v1::ProfileChange::SYNC);
  EXPECT_EQ(change.sync_operation(), operation.name());
  EXPECT_THAT(change.changed_fields(), ElementsAre("primary_phone"));
  EXPECT_EQ(change.profile().field_revisions().at("primary_phone"), 2);
}

TEST_F(SyncTest, ATaxNumberIsPushedAndNeverShownOrCompared) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' tax_number: '123-456-782'"), {{"Name", "A Ltd"}});
  const v1::FieldDiff field = Field(link, "tax_number");
  EXPECT_EQ(field.state(), v1::FieldDiff::NOT_COMPARABLE);
  EXPECT_EQ(field.profile_value().text(), "******782");
  EXPECT_THAT(field.permitted_directions(), ElementsAre(v1::TO_PRACTICE));
  const v1::SyncOperation operation = Sync(Request(link, {{"tax_number", v1::TO_PRACTICE}}));
  EXPECT_EQ(Outcomes(operation), "applied tax_number");
  EXPECT_FALSE(absl::StrContains(operation.DebugString(), "123-456"));
  EXPECT_EQ(Client(link).Get("TaxNumber"), "123-456-782");
  EXPECT_EQ(Profile("p").fields().tax_number(), "******782");
}

}  // namespace
}  // namespace profilesync::testing
