#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {
namespace {

using ::testing::UnorderedElementsAreArray;

constexpr Operation kReads[] = {Operation::kGet, Operation::kSearch, Operation::kPage,
                                Operation::kList};

}  // namespace

TEST_P(ConnectorContract, DescribesItselfConsistently) {
  const Description& description = connector().Describe();
  EXPECT_NE(description.display_name, "");
  EXPECT_GE(description.mapping_revision, 1);
  std::set<std::string> seen;
  for (const FieldCapability& capability : description.fields) {
    SCOPED_TRACE(capability.field);
    EXPECT_NE(Catalogue::Get().Find(capability.field), nullptr);
    EXPECT_TRUE(seen.insert(capability.field).second);
    EXPECT_TRUE(capability.writable || !capability.clearable);
    EXPECT_EQ(connector().CanWrite(Tenant(), capability.field), capability.writable);
    EXPECT_EQ(connector().CanClear(Tenant(), capability.field), capability.clearable);
    EXPECT_NE(capability.sources.size(), 1u);
    for (const FieldSource& source : capability.sources) {
      const Tenant tenant{.field_sources = {{capability.field, source.id}}};
      EXPECT_EQ(connector().CanWrite(tenant, capability.field), source.writable);
      EXPECT_NE(source.display_name, "");
    }
    if (!capability.sources.empty()) {
      EXPECT_EQ(capability.sources.front().writable, capability.writable);
    }
  }
  EXPECT_FALSE(connector().CanWrite(tenant_, "no_such_field"));
  EXPECT_FALSE(connector().CanClear(tenant_, "no_such_field"));
}

TEST_P(ConnectorContract, GetsWhatThePracticeHoldsButNoMaskedField) {
  const std::string id = side_->Add(Individual());
  const FetchedClient fetched = Fetch(id);
  type::ClientFields expected = Individual().fields();
  for (const FieldCapability& capability : connector().Describe().fields) {
    if (!capability.readable) {
      Catalogue::Get().Find(capability.field)->Clear(&expected);
    }
  }
  EXPECT_EQ(fetched.client.id(), id);
  EXPECT_EQ(fetched.client.kind(), type::INDIVIDUAL);
  EXPECT_EQ(fetched.client.state(), type::PracticeClient::ACTIVE);
  EXPECT_EQ(fetched.client.display_name(), expected.name());
  EXPECT_THAT(fetched.client.fields(), EqualsFields(expected));
  EXPECT_NE(fetched.document, "");
}

TEST_P(ConnectorContract, GetSearchAndListAgree) {
  const std::string id = side_->Add(Individual());
  side_->Add(Company());
  type::PracticeClient expected = Fetch(id).client;
  expected.clear_web_uri();  // only get may know it

  std::vector<type::PracticeClient> listed;
  ASSERT_TRUE(ListInto(&listed).ok());
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].SerializeAsString(), expected.SerializeAsString())
      << listed[0].DebugString() << expected.DebugString();

  const auto found = connector().Search(tenant_, "kafor", 10, "", options_);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->clients.size(), 1u);
  EXPECT_EQ(found->clients[0].id(), id);
  EXPECT_FALSE(found->truncated);
  EXPECT_EQ(found->next_page_token, "");
}

TEST_P(ConnectorContract, TellsKnownBlankFromNotReported) {
  const std::string id = side_->AddBare("Bare");
  const type::PracticeClient client = Fetch(id).client;
  const auto unreported = side_->ways().unreported_when_bare;
  for (const FieldCapability& capability : connector().Describe().fields) {
    SCOPED_TRACE(capability.field);
    const Field& field = *Catalogue::Get().Find(capability.field);
    EXPECT_EQ(field.Has(client.fields()), !unreported.contains(capability.field));
    EXPECT_EQ(IsBlank(field.Get(client.fields())), capability.field != "name");
  }
}

TEST_P(ConnectorContract, ReportsStatusAndKind) {
  auto archived = Company();
  archived.set_state(type::PracticeClient::ARCHIVED);
  auto deleted = Company();
  deleted.set_state(type::PracticeClient::DELETED);
  const std::string archived_id = side_->Add(archived);
  const std::string deleted_id = side_->Add(deleted);
  EXPECT_EQ(Fetch(archived_id).client.state(), type::PracticeClient::ARCHIVED);
  EXPECT_EQ(Fetch(archived_id).client.kind(), type::COMPANY);
  EXPECT_EQ(Fetch(deleted_id).client.state(), type::PracticeClient::DELETED);
  std::vector<type::PracticeClient> listed;
  ASSERT_TRUE(ListInto(&listed).ok());
  EXPECT_EQ(listed.size(), 2u);
}

TEST_P(ConnectorContract, PagesThroughAllClientsOnce) {
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    auto client = Company();
    client.mutable_fields()->set_name(absl::StrCat("Client ", i));
    ids.push_back(side_->Add(client));
  }
  for (const int page_size : {1, 3, 7, 500, 5000, 0}) {
    SCOPED_TRACE(page_size);
    std::vector<std::string> seen;
    std::string token;
    do {
      const auto page = connector().Search(tenant_, "", page_size, token, options_);
      ASSERT_TRUE(page.ok()) << page.status();
      EXPECT_TRUE(page_size == 0 || page->clients.size() <= static_cast<std::size_t>(page_size));
      for (const auto& client : page->clients) {
        seen.push_back(client.id());
      }
      token = page->next_page_token;
    } while (!token.empty() && seen.size() <= ids.size());
    EXPECT_THAT(seen, UnorderedElementsAreArray(ids));
  }
}

TEST_P(ConnectorContract, RefusesPageTokensThatItDidNotGiveOut) {
  side_->Add(Company());
  for (const std::string token :
       {"nonsense", "a&pageSize=1", "../../x", "\xf0\x9f\x98\x80", "%00"}) {
    EXPECT_THAT(connector().Search(tenant_, "", 10, token, options_).status(),
                IsError(absl::StatusCode::kInvalidArgument, v1::INVALID_PAGE_TOKEN))
        << token;
  }
  EXPECT_THAT(connector().Search(tenant_, "Pine", 10, "x", options_).status(),
              IsError(absl::StatusCode::kInvalidArgument, v1::INVALID_PAGE_TOKEN));
}

TEST_P(ConnectorContract, SearchesForWhateverTextIsGiven) {
  const std::string id = side_->Add(Company());
  const auto found = connector().Search(tenant_, "& Pine <Hold", 10, "", options_);
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->clients.size(), 1u);
  EXPECT_EQ(found->clients[0].id(), id);
  for (const std::string query : {"Pine&detailed=true", "../Pine", "Pi%6ee", "Pine\r\nX-A: 1",
                                  "\xf0\x9f\x98\x80", "?", "#"}) {
    const auto none = connector().Search(tenant_, query, 10, "", options_);
    ASSERT_TRUE(none.ok()) << query << none.status();
    EXPECT_EQ(none->clients.size(), 0u) << query;
  }
}

TEST_P(ConnectorContract, ListsTheFirst500OfASearch) {
  auto client = Company();
  for (int i = 0; i < 500; ++i) {
    side_->Add(client);
  }
  auto found = connector().Search(tenant_, "Pine", 500, "", options_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->clients.size(), 500u);
  EXPECT_EQ(found->next_page_token, "");
  EXPECT_FALSE(found->truncated);
  side_->Add(client);
  found = connector().Search(tenant_, "Pine", 500, "", options_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->clients.size(), 500u);
  EXPECT_TRUE(found->truncated);
}

TEST_P(ConnectorContract, ASearchComesInPagesToo) {
  const auto client = Company();
  std::set<std::string> wanted;
  for (int i = 0; i < 5; ++i) {
    wanted.insert(side_->Add(client));
  }
  std::set<std::string> seen;
  std::string token;
  std::vector<std::size_t> sizes;
  do {
    const auto page = connector().Search(tenant_, "Pine", 2, token, options_);
    ASSERT_TRUE(page.ok()) << page.status();
    sizes.push_back(page->clients.size());
    for (const auto& found : page->clients) {
      seen.insert(found.id());
    }
    token = page->next_page_token;
  } while (!token.empty() && sizes.size() < 10);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 1}));
  EXPECT_EQ(seen, wanted);
}

TEST_P(ConnectorContract, SaysWhichClientIsUnknown) {
  const absl::Status status = connector().Get(tenant_, side_->UnknownId(), options_).status();
  if (side_->ways().tells_unknown) {
    EXPECT_THAT(status, IsError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND));
  } else {
    EXPECT_THAT(status, IsError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE));
  }
}

TEST_P(ConnectorContract, AsksForNothingByAnIdThatIsNone) {
  const std::string id = side_->Add(Company());
  const int before = side_->calls();
  for (const std::string& tricky :
       {std::string(), std::string("../list"), id + "/../x", id + "?a=b", id + "#", "./" + id,
        id + "/customfield", id + "%2e", std::string("%2e%2e/list"), id.substr(1), id + "0",
        std::string("\xf0\x9f\x98\x80"), std::string(5000, 'a'), id + std::string("\0", 1),
        std::string("00000000_0000_4000_8000_000000000000")}) {
    EXPECT_THAT(connector().Get(tenant_, tricky, options_).status(),
                IsError(absl::StatusCode::kNotFound, v1::PRACTICE_CLIENT_NOT_FOUND))
        << tricky;
  }
  EXPECT_EQ(side_->calls(), before);
}

TEST_P(ConnectorContract, ListsWhatChangedSinceWithAMargin) {
  if (!connector().Describe().lists_changes) {
    GTEST_SKIP() << "lists no changes";
  }
  const std::string id = side_->Add(Company());
  side_->Edit(id, Parse<type::ClientFields>(R"pb(email: "new@kauri.example")pb"));
  std::vector<type::PracticeClient> changed;
  ASSERT_TRUE(ListInto(&changed, {.changed_since = absl::Now()}).ok());
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0].id(), id);
  changed.clear();
  ASSERT_TRUE(ListInto(&changed, {.changed_since = absl::Now() + absl::Hours(1)}).ok());
  EXPECT_EQ(changed.size(), 0u);
}

TEST_P(ConnectorContract, TheReceiversErrorEndsTheListAndIsReturned) {
  for (int i = 0; i < 3; ++i) {
    side_->Add(Company());
  }
  int received = 0;
  const absl::Status status = connector().List(
      tenant_, {},
      [&](const type::PracticeClient&) {
        return ++received == 2 ? absl::AbortedError("enough") : absl::OkStatus();
      },
      options_);
  EXPECT_EQ(status, absl::AbortedError("enough"));
  EXPECT_EQ(received, 2);
}

TEST_P(ConnectorContract, ReadsAfterWritesShowThemAtOnceIfSaidSo) {
  const std::string id = side_->Add(Company());
  side_->Edit(id, Parse<type::ClientFields>(R"pb(primary_phone: "1")pb"));
  EXPECT_EQ(Fetch(id).client.fields().primary_phone(), "1");
  side_->Remove(id);
  EXPECT_FALSE(connector().Get(tenant_, id, options_).ok());
}

TEST_P(ConnectorContract, NamesWhatWentWrongWithARead) {
  using absl::StatusCode;
  struct Row {
    Trouble trouble;
    StatusCode code;
    v1::ErrorReason reason;
  };
  constexpr auto kGone = v1::PRACTICE_SYSTEM_UNAVAILABLE;
  const Row rows[] = {
      {Trouble::kNoAnswer, StatusCode::kUnavailable, kGone},
      {Trouble::kNothing, StatusCode::kUnavailable, kGone},
      {Trouble::kHtml, StatusCode::kUnavailable, kGone},
      {Trouble::kHalfDocument, StatusCode::kUnavailable, kGone},
      {Trouble::kClosedMidway, StatusCode::kUnavailable, kGone},
      {Trouble::kResetMidway, StatusCode::kUnavailable, kGone},
      {Trouble::kTooLarge, StatusCode::kUnavailable, kGone},
      {Trouble::kRedirect, StatusCode::kUnavailable, kGone},
      {Trouble::kServerError, StatusCode::kUnavailable, kGone},
      {Trouble::kServerPage, StatusCode::kUnavailable, kGone},
      {Trouble::kUnavailable, StatusCode::kUnavailable, kGone},
      {Trouble::kUnauthorised, StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION},
      {Trouble::kForbidden, StatusCode::kFailedPrecondition, v1::ACCESS_DENIED},
      {Trouble::kRateLimit, StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED},
      {Trouble::kConcurrencyLimit, StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED},
      {Trouble::kRefusal, StatusCode::kFailedPrecondition, v1::REFUSED_BY_PRACTICE_SYSTEM},
  };
  const std::string id = side_->Add(Individual());
  for (const Operation operation : kReads) {
    for (const Row& row : rows) {
      SCOPED_TRACE(absl::StrCat("operation ", static_cast<int>(operation), ", trouble ",
                                static_cast<int>(row.trouble)));
      // Twice: a read may be sent anew once when a kept connection was closed.
      side_->Break(operation, row.trouble, false, row.trouble == Trouble::kNoAnswer ? 2 : 1);
      const absl::Status status = Read(operation, id);
      EXPECT_THAT(status, IsError(row.code, row.reason));
      EXPECT_EQ(RetryAfterOf(status).has_value(), row.code == StatusCode::kResourceExhausted);
      if (row.trouble == Trouble::kRateLimit) {
        EXPECT_EQ(RetryAfterOf(status), absl::Seconds(22));
      }
      if (row.trouble == Trouble::kRefusal) {
        EXPECT_THAT(std::string(status.message()),
                    ::testing::HasSubstr("Because of <this> & that"));
      }
      side_->Break(operation, Trouble::kNoAnswer, false, 0);
    }
    EXPECT_TRUE(Read(operation, id).ok());
  }
}

TEST_P(ConnectorContract, CutsTheTextOfARefusal) {
  const std::string id = side_->Add(Individual());
  side_->Break(Operation::kGet, Trouble::kRefusal);
  EXPECT_LE(Read(Operation::kGet, id).message().size(), 200u + 40u);
}

TEST_P(ConnectorContract, HoldsReadsToTheirDeadline) {
  const std::string id = side_->Add(Individual());
  side_->Break(Operation::kGet, Trouble::kSilence);
  CallOptions options{.deadline = absl::Now() + absl::Milliseconds(100)};
  EXPECT_EQ(connector().Get(tenant_, id, options).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  options.deadline = absl::Now() - absl::Seconds(1);
  const int calls = side_->calls();
  EXPECT_EQ(connector().Get(tenant_, id, options).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(side_->calls(), calls);
}

TEST_P(ConnectorContract, GivesUpOnItsOwn) {
  const std::string id = side_->Add(Individual());
  side_->Break(Operation::kGet, Trouble::kSilence);
  EXPECT_THAT(connector().Get(tenant_, id, options_).status(),
              IsError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE));
}

TEST_P(ConnectorContract, RefusesTenantsThatCantBe) {
  const std::string id = side_->Add(Individual());
  for (const std::string tenant_id : {"", "x\r\nX-Evil: 1", "a b", "\xc3\xa9"}) {
    EXPECT_THAT(connector().Get(Tenant{.tenant_id = tenant_id}, id, options_).status(),
                IsError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED));
  }
}

}  // namespace profilesync::connector
