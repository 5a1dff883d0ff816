#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {
namespace {

using ::testing::IsEmpty;
using Outcome = UpdateResult::Outcome;

constexpr char kNewAddress[] =
    R"pb(physical_address { lines: "1 Rimu St" city: "Nelson" postal_code: "7010" })pb";

}  // namespace

TEST_P(ConnectorContract, WritesWhatItIsAskedAndNothingElse) {
  for (const Field& field : Catalogue::Get().All()) {
    if (!connector().CanWrite(tenant_, field.name()) || field.kind() == type::DATE) {
      continue;
    }
    SCOPED_TRACE(std::string(field.name()));
    const std::string id = side_->Add(Individual());
    type::ClientFields values = Parse<type::ClientFields>(kNewAddress);
    const type::Address address = values.physical_address();
    values.Clear();
    type::FieldValue value;
    if (field.is_address()) {
      *value.mutable_address() = address;
    } else {
      value.set_text(field.sensitive() ? "987654321" : "Else 42");
    }
    field.Set(&values, value);
    const UpdateResult result = Write(id, values);
    ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
    ASSERT_TRUE(result.after.has_value());
    EXPECT_THAT(result.after->client.fields(), EqualsFields(Fetch(id).client.fields()));
    if (side_->ways().keeps_unnamed && side_->ways().empties) {
      type::ClientFields expected = Individual().fields();
      field.Set(&expected, value);
      EXPECT_THAT(side_->Stored(id), EqualsFields(expected));
      EXPECT_THAT(result.other_changes, IsEmpty());
    }
    side_->Remove(id);
  }
}

TEST_P(ConnectorContract, WritesDates) {
  const std::string id = side_->Add(Individual());
  const auto values = Parse<type::ClientFields>(R"pb(date_of_birth: "2001-12-31")pb");
  const UpdateResult result = Write(id, values);
  if (side_->ways().stores_dates) {
    ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
    EXPECT_EQ(result.after->client.fields().date_of_birth(), "2001-12-31");
  } else {
    // Refused, unclear, or visibly not stored; never said to be stored.
    EXPECT_TRUE(result.outcome != Outcome::kApplied ||
                result.after->client.fields().date_of_birth() != "2001-12-31");
  }
}

TEST_P(ConnectorContract, ClearsWhatItIsAskedTo) {
  for (const Field& field : Catalogue::Get().All()) {
    if (!connector().CanClear(tenant_, field.name())) {
      continue;
    }
    SCOPED_TRACE(std::string(field.name()));
    const std::string id = side_->Add(Individual());
    const UpdateResult result = Write(id, {}, {std::string(field.name())});
    ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
    const auto& after = result.after->client.fields();
    const bool gone = side_->ways().empties || !side_->ways().keeps_unnamed;
    EXPECT_EQ(IsBlank(field.Get(after)), gone);
    EXPECT_THAT(after, EqualsFields(Fetch(id).client.fields()));
    if (side_->ways().empties && side_->ways().keeps_unnamed) {
      type::ClientFields expected = Individual().fields();
      field.Clear(&expected);
      EXPECT_THAT(side_->Stored(id), EqualsFields(expected));
    }
    side_->Remove(id);
  }
}

TEST_P(ConnectorContract, WritesAnAddressWhole) {
  const std::string id = side_->Add(Individual());
  const UpdateResult result = Write(id, Parse<type::ClientFields>(kNewAddress));
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  type::ClientFields expected = Parse<type::ClientFields>(kNewAddress);
  if (!side_->ways().empties && side_->ways().keeps_unnamed) {
    // The parts that stayed are told, so that nobody takes the address for written.
    expected.mutable_physical_address()->set_region("VIC");
    expected.mutable_physical_address()->set_country("Australia");
  }
  EXPECT_THAT(result.after->client.fields().physical_address(),
              EqualsFields(expected.physical_address()));
  EXPECT_THAT(side_->Stored(id).physical_address(), EqualsFields(expected.physical_address()));
}

TEST_P(ConnectorContract, TellsWhatAnUpdateEmptiedThatItDidNotName) {
  const std::string id = side_->Add(Individual());
  const UpdateResult result = Write(id, Parse<type::ClientFields>(R"pb(primary_phone: "1")pb"));
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  EXPECT_EQ(result.after->client.fields().primary_phone(), "1");
  EXPECT_EQ(result.after->client.fields().email().empty(), !side_->ways().keeps_unnamed);
}

TEST_P(ConnectorContract, TellsWhatElseChanged) {
  const std::string id = side_->Add(Individual());
  side_->MeddleWithNextUpdate("Somebody else");
  const UpdateResult result = Write(id, Parse<type::ClientFields>(R"pb(primary_phone: "1")pb"));
  ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
  EXPECT_TRUE(std::any_of(
      result.other_changes.begin(), result.other_changes.end(), [](const OtherChange& change) {
        return change.before.empty() && change.after == "Somebody else" && !change.element.empty();
      }));
}

TEST_P(ConnectorContract, ReadsBackWhatItWrote) {
  const std::string texts[] = {
      "Tom & Jerry <tom@example.org> \"quoted\" 'single'",
      "&amp; &lt;b&gt; &#65; ]]> <![CDATA[x]]> <!-- -->",
      "\xf0\x9f\x98\x80 \xe4\xb8\xad\xe6\x96\x87 e\xcc\x81 \xc3\xa9 \xe2\x80\xae\xd7\xa9",
      "000123",
      "+64 (0)3 555-0121 x 7; #1",
      "%00 %2f ?a=b&c=d",
      "tab\there",
      std::string(2000, 'x'),
  };
  const std::string id = side_->Add(Individual());
  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    type::ClientFields values;
    values.set_name(text);
    values.set_primary_phone(text);
    values.set_website(text);
    values.set_company_number(text);
    auto* address = values.mutable_postal_address();
    for (const char* line : {"c/o A & B", "Level 2", "12 \xc3\xa9 <St>"}) {
      address->add_lines(line);
    }
    address->set_city(text);
    address->set_region("R");
    address->set_postal_code("0012");
    address->set_country("New Zealand");
    const UpdateResult result = Write(id, values);
    ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
    const type::ClientFields read = Fetch(id).client.fields();
    EXPECT_EQ(read.name(), text);
    EXPECT_EQ(read.primary_phone(), text);
    EXPECT_EQ(read.website(), text);
    EXPECT_EQ(read.company_number(), text);
    EXPECT_THAT(read.postal_address(), EqualsFields(values.postal_address()));
    EXPECT_THAT(result.after->client.fields(), EqualsFields(read));
  }
}

TEST_P(ConnectorContract, RefusesContradictionsWithoutACall) {
  const std::string id = side_->Add(Individual());
  const UpdateRequest good = RequestFor(id);
  const auto with = [&good](const std::string& values, std::vector<std::string> clear = {}) {
    UpdateRequest request = good;
    request.values = Parse<type::ClientFields>(values);
    request.clear = std::move(clear);
    return request;
  };
  std::vector<UpdateRequest> requests = {
      with(""),
      with(R"pb(email: "")pb"),
      with(R"pb(email: " ")pb"),
      with(R"pb(physical_address {})pb"),
      with(R"pb(email: "a@b.example")pb", {"email"}),
      with("", {"no_such_field"}),
      with("", {"name"}),
      with(R"pb(date_of_birth: "yesterday")pb"),
      with(R"pb(date_of_birth: "2001-02-29")pb"),
      with(R"pb(tax_number: "******789")pb"),
  };
  for (const std::string& client_id : {std::string(), side_->UnknownId(), std::string("../x")}) {
    requests.push_back(with(R"pb(email: "a@b.example")pb"));
    requests.back().client_id = client_id;
  }
  requests.push_back(with(R"pb(email: "a@b.example")pb"));
  requests.back().expected = {};
  requests.push_back(with(R"pb(email: "a@b.example")pb"));
  requests.back().expected.document.resize(good.expected.document.size() / 2);
  const int calls = side_->calls();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const UpdateResult result = connector().Update(tenant_, requests[i], options_);
    EXPECT_EQ(result.outcome, Outcome::kRefused) << i;
    EXPECT_FALSE(result.status.ok()) << i;
    EXPECT_FALSE(result.after.has_value()) << i;
  }
  EXPECT_EQ(side_->calls(), calls);
}

TEST_P(ConnectorContract, RefusesSourcesThatCantBeWritten) {
  const std::string id = side_->Add(Individual());
  for (const FieldCapability& capability : connector().Describe().fields) {
    for (const FieldSource& source : capability.sources) {
      Tenant tenant = tenant_;
      tenant.field_sources[capability.field] = source.id;
      UpdateRequest request = RequestFor(id);
      type::FieldValue value;
      value.set_text("1");
      Catalogue::Get().Find(capability.field)->Set(&request.values, value);
      const int writes = side_->writes();
      const UpdateResult result = connector().Update(tenant, request, options_);
      EXPECT_EQ(result.outcome, source.writable ? Outcome::kApplied : Outcome::kRefused);
      EXPECT_EQ(side_->writes(), writes + (source.writable ? 1 : 0));
      if (!source.writable) {
        EXPECT_EQ(ReasonOf(result.status), v1::UNSUPPORTED_BY_PRACTICE_SYSTEM);
      }
    }
  }
}

TEST_P(ConnectorContract, DoesNotWriteToArchivedOrDeletedClients) {
  for (const auto state : {type::PracticeClient::ARCHIVED, type::PracticeClient::DELETED}) {
    auto client = Company();
    client.set_state(state);
    const std::string id = side_->Add(client);
    const UpdateResult result = Write(id, Parse<type::ClientFields>(R"pb(primary_phone: "1")pb"));
    EXPECT_EQ(result.outcome, Outcome::kRefused);
    EXPECT_THAT(result.status,
                IsError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE));
  }
  EXPECT_EQ(side_->writes(), 0);
}

// Too late for the connector to see: what the practice system makes of it is told, whatever it is.
TEST_P(ConnectorContract, TellsWhatBecameOfAWriteToAClientThatWasArchivedOrDeletedMeanwhile) {
  for (const auto state : {type::PracticeClient::ARCHIVED, type::PracticeClient::DELETED}) {
    SCOPED_TRACE(state);
    const std::string id = side_->Add(Individual());
    UpdateRequest request = RequestFor(id);
    request.values.set_primary_phone("1");
    side_->SetState(id, state);
    const int writes = side_->writes();
    const UpdateResult result = connector().Update(tenant_, request, options_);
    EXPECT_EQ(side_->writes(), writes + 1);
    const bool updates = state == type::PracticeClient::ARCHIVED ? side_->ways().updates_archived
                                                                 : side_->ways().updates_deleted;
    if (updates) {
      ASSERT_EQ(result.outcome, Outcome::kApplied) << result.status;
      EXPECT_EQ(result.after->client.state(), state);
      EXPECT_EQ(result.after->client.fields().primary_phone(), "1");
    } else {
      EXPECT_EQ(result.outcome, Outcome::kRefused) << result.status;
      EXPECT_FALSE(result.status.ok());
      EXPECT_EQ(side_->Stored(id).primary_phone(), Individual().fields().primary_phone());
    }
  }
}

TEST_P(ConnectorContract, TellsRefusedFromUnclear) {
  const std::string id = side_->Add(Individual());
  int writes = 0;
  for (const WriteTrouble& row : WriteTroubles()) {
    for (const bool applied : {false, true}) {
      if (applied && row.outcome == Outcome::kRefused) {
        continue;
      }
      SCOPED_TRACE(absl::StrCat("trouble ", static_cast<int>(row.trouble), " applied ", applied));
      side_->Break(Operation::kUpdate, row.trouble, applied);
      const UpdateResult result =
          Write(id, Parse<type::ClientFields>(absl::StrCat("primary_phone: '", ++writes, "'")));
      EXPECT_EQ(result.outcome, row.outcome) << result.status;
      EXPECT_EQ(result.status.code(), row.code) << result.status;
      EXPECT_FALSE(result.after.has_value());
      EXPECT_EQ(side_->writes(), writes) << "a write was repeated";
    }
  }
}

TEST_P(ConnectorContract, AWriteToAClientThatIsGoneIsNotApplied) {
  const std::string id = side_->Add(Individual());
  UpdateRequest request = RequestFor(id);
  request.values.set_primary_phone("1");
  side_->Remove(id);
  const UpdateResult result = connector().Update(tenant_, request, options_);
  EXPECT_EQ(result.outcome, side_->ways().tells_unknown ? Outcome::kRefused : Outcome::kUnclear);
  if (side_->ways().tells_unknown) {
    EXPECT_THAT(result.status, IsError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND));
  }
}

TEST_P(ConnectorContract, SendsNoWriteThatTheDeadlineMightCutShort) {
  const std::string id = side_->Add(Individual());
  UpdateRequest request = RequestFor(id);
  request.values.set_primary_phone("1");
  for (const absl::Duration left : {-absl::Seconds(1), absl::Milliseconds(10)}) {
    const UpdateResult late =
        connector().Update(tenant_, request, {.deadline = absl::Now() + left});
    EXPECT_EQ(late.outcome, Outcome::kRefused);
    EXPECT_EQ(late.status.code(), absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_EQ(side_->writes(), 0);
}

}  // namespace profilesync::connector
