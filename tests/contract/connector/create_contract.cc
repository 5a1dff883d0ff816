// Creating clients: of connectors that say that they do.
#include "absl/strings/str_cat.h"
#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {
namespace {

using Outcome = UpdateResult::Outcome;

}  // namespace

TEST_P(ConnectorContract, CreatesWhatItIsAskedFor) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  const CreateRequest request = RequestForNew();
  const CreateResult result = connector().Create(tenant_, request, options_);
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  ASSERT_TRUE(result.created.has_value());
  const type::PracticeClient& created = result.created->client;
  EXPECT_EQ(connector().CanonicalId(created.id()), created.id());
  EXPECT_EQ(created.kind(), type::INDIVIDUAL);
  EXPECT_THAT(side_->Stored(created.id()), EqualsFields(request.values));
  EXPECT_THAT(Fetch(created.id()).client.fields(), EqualsFields(created.fields()));
  EXPECT_FALSE(result.created->document.empty());
  EXPECT_EQ(CountClients(), 1u);
}

TEST_P(ConnectorContract, CreatesAClientOfAnyKindWithNothingButAName) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  for (int kind = type::PartyKind_MIN; kind <= type::PartyKind_MAX; ++kind) {
    if (!type::PartyKind_IsValid(kind)) {
      continue;
    }
    SCOPED_TRACE(kind);
    CreateRequest request{.kind = static_cast<type::PartyKind>(kind)};
    request.values.set_name(absl::StrCat("Tom & Jerry <", kind, ">"));
    const CreateResult result = connector().Create(tenant_, request, options_);
    ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
    EXPECT_EQ(result.created->client.display_name(), request.values.name());
    EXPECT_THAT(result.created->client.kind(),
                ::testing::AnyOf(request.kind, type::PARTY_KIND_UNSPECIFIED));
    EXPECT_THAT(side_->Stored(result.created->client.id()), EqualsFields(request.values));
  }
}

TEST_P(ConnectorContract, ThePartsOfAnAddressThatAreSetAreWritten) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  CreateRequest request;
  request.values =
      Parse<type::ClientFields>(R"pb(name: "A"
                                     physical_address { lines: "1 Rimu St" city: "Nelson" })pb");
  const CreateResult result = connector().Create(tenant_, request, options_);
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  EXPECT_THAT(side_->Stored(result.created->client.id()), EqualsFields(request.values));
}

TEST_P(ConnectorContract, RefusesWhatCanNotBeAClientWithoutACall) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  for (const char* values : {"", "email: 'a@example.org'", "name: ' '", "name: 'A' email: ''",
                             "name: 'A' postal_address {}", "name: 'A' date_of_birth: 'soon'",
                             "name: 'A' tax_number: '******789'", "name: 'A' website: 'a\\001b'"}) {
    SCOPED_TRACE(values);
    const CreateResult result = connector().Create(
        tenant_, {.values = Parse<type::ClientFields>(values), .kind = type::INDIVIDUAL}, options_);
    EXPECT_EQ(result.outcome, Outcome::kRefused);
    EXPECT_THAT(result.status, IsError(absl::StatusCode::kInvalidArgument, v1::INVALID_REQUEST));
  }
  EXPECT_EQ(side_->calls(), 0);
}

TEST_P(ConnectorContract, RefusesToCreateFromSourcesThatCantBeWritten) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  for (const FieldCapability& capability : connector().Describe().fields) {
    for (const FieldSource& source : capability.sources) {
      Tenant tenant = tenant_;
      tenant.field_sources[capability.field] = source.id;
      CreateRequest request;
      request.values.set_name("A");
      type::FieldValue value;
      value.set_text("1");
      Catalogue::Get().Find(capability.field)->Set(&request.values, value);
      const CreateResult result = connector().Create(tenant, request, options_);
      EXPECT_EQ(result.outcome, source.writable ? Outcome::kApplied : Outcome::kRefused);
      if (!source.writable) {
        EXPECT_EQ(ReasonOf(result.status), v1::UNSUPPORTED_BY_PRACTICE_SYSTEM);
      }
    }
  }
}

TEST_P(ConnectorContract, TellsARefusedCreationFromAnUnclearOneAndRepeatsNeither) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  int writes = 0;
  std::size_t created = 0;
  for (const WriteTrouble& row : WriteTroubles()) {
    for (const bool applied : {false, true}) {
      if (applied && row.outcome == Outcome::kRefused) {
        continue;
      }
      SCOPED_TRACE(absl::StrCat("trouble ", static_cast<int>(row.trouble), " applied ", applied));
      side_->Break(Operation::kCreate, row.trouble, applied);
      CreateRequest request;
      request.values.set_name(absl::StrCat("Client ", writes));
      const CreateResult result = connector().Create(tenant_, request, options_);
      EXPECT_EQ(result.outcome, row.outcome) << result.status;
      EXPECT_EQ(result.status.code(), row.code) << result.status;
      EXPECT_FALSE(result.created.has_value());
      EXPECT_EQ(side_->writes(), ++writes) << "a write was repeated";
      // What these do to an answer they do to that of a call that did its work.
      const bool spoils_answer =
          row.trouble == Trouble::kHalfDocument || row.trouble == Trouble::kClosedMidway ||
          row.trouble == Trouble::kResetMidway || row.trouble == Trouble::kTooLarge;
      created += applied || spoils_answer ? 1 : 0;
      EXPECT_EQ(CountClients(), created);
    }
  }
}

TEST_P(ConnectorContract, SendsNoCreationThatTheDeadlineMightCutShort) {
  if (!connector().Describe().creates_clients) {
    GTEST_SKIP() << "creates no clients";
  }
  for (const absl::Duration left : {-absl::Seconds(1), absl::Milliseconds(10)}) {
    const CreateResult late =
        connector().Create(tenant_, RequestForNew(), {.deadline = absl::Now() + left});
    EXPECT_EQ(late.outcome, Outcome::kRefused);
    EXPECT_EQ(late.status.code(), absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_EQ(side_->calls(), 0);
}

}  // namespace profilesync::connector
