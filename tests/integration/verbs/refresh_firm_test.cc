// Refreshing all of a firm's links by lists, and what may be concluded from one.
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

class RefreshFirmTest : public VerbsTest {
 protected:
  // Links so many profiles to clients of the same name.
  void MakeLinks(int count) {
    for (int i = 0; i < count; ++i) {
      type::ClientFields fields;
      fields.set_name(absl::StrCat("Client ", i));
      links_of_test_.push_back(
          MakeLinked(absl::StrCat("p", i), fields, {{"Name", absl::StrCat("Client ", i)}}));
    }
    xpm_.ClearCalls();
  }

  v1::RefreshFirmRequest RefreshRequest(bool full = false) {
    v1::RefreshFirmRequest request;
    request.set_name(kFirm);
    request.set_full(full);
    return request;
  }
  grpc::Status TryRefreshFirm(const v1::RefreshFirmRequest& request,
                              google::longrunning::Operation* operation) {
    return Call(*syncs_, &v1::SyncService::Stub::RefreshFirm, request, operation);
  }
  // Refreshes, and waits for the end of it.
  google::longrunning::Operation RefreshFirm(bool full = false) {
    google::longrunning::Operation operation;
    const grpc::Status status = TryRefreshFirm(RefreshRequest(full), &operation);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(WaitUntil([&] {
      operation = LongOperation(operation.name());
      return operation.done();
    }));
    return operation;
  }
  v1::RefreshFirmResponse Refreshed(bool full = false) {
    const google::longrunning::Operation operation = RefreshFirm(full);
    v1::RefreshFirmResponse response;
    EXPECT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
    return response;
  }
  // Those that XPM saw since the last look, in order.
  std::vector<std::string> Seen() {
    std::vector<std::string> endpoints;
    for (const auto& call : xpm_.calls()) {
      endpoints.push_back(call.endpoint);
    }
    xpm_.ClearCalls();
    return endpoints;
  }
  v1::Link::State StateOf(const std::string& link) {
    v1::GetLinkRequest request;
    request.set_name(link);
    v1::Link found;
    EXPECT_TRUE(Call(*links_, &v1::LinkService::Stub::GetLink, request, &found).ok());
    return found.state();
  }
  void ResolveNotApplied(const std::string& operation) {
    v1::SyncOperation resolved;
    EXPECT_TRUE(Call(*syncs_, &v1::SyncService::Stub::ResolveSyncOperation,
                     ResolutionOf(operation, v1::ResolveSyncOperationRequest::NOT_APPLIED),
                     &resolved)
                    .ok());
  }
  std::string ClientId(int index) { return xpm_.client_uuids().at(index); }

  std::vector<std::string> links_of_test_;
};

TEST_F(RefreshFirmTest, OneListBringsWhatChanged) {
  MakeLinks(12);
  EXPECT_EQ(Refreshed().stored_count(), 0) << "every client is as it was when it was linked";
  EXPECT_EQ(Seen(), std::vector<std::string>{"client.api/list"});

  EditClient(links_of_test_[3], {{"Phone", "04 555 0103"}});
  EditClient(links_of_test_[7], {{"Phone", "04 555 0107"}});
  EXPECT_EQ(Refreshed().stored_count(), 2);
  const auto calls = xpm_.calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_NE(calls[0].query.find("modifiedsince"), std::string::npos) << calls[0].query;
  EXPECT_EQ(Field(links_of_test_[3], "primary_phone").practice_value().text(), "04 555 0103");
  EXPECT_EQ(Field(links_of_test_[7], "primary_phone").practice_value().text(), "04 555 0107");
}

// The list says that it is as it was.
TEST_F(RefreshFirmTest, ALinkThatWasDueAndIsNotListedIsDueNoMore) {
  MakeLinks(1);
  Refreshed();
  BreakXpm("client.api/get");
  type::ClientFields saved;
  saved.set_website("new.example");
  ASSERT_TRUE(Save("p0", "fields.website", saved).ok());
  EXPECT_TRUE(Diff(links_of_test_[0]).refresh_due());
  Refreshed();
  EXPECT_FALSE(Diff(links_of_test_[0]).refresh_due());
}

// The person's decision marks the link as due; a list that asks only for what changed since the one
// before wouldn't show the client.
TEST_F(RefreshFirmTest, WhatWasListedWhileAnOperationWasUnfinishedIsAskedForAgain) {
  StopServer();
  config_.background_interval = absl::InfiniteDuration();
  StartServer();
  MakeLinks(1);
  type::ClientFields saved;
  saved.set_website("new.example");
  ASSERT_TRUE(Save("p0", "fields.website", saved).ok());
  Refreshed();
  const std::string& link = links_of_test_[0];
  const std::string operation = LeaveUnfinished(link);
  EditClient(link, {{"Phone", "04 555 0999"}});
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(Refreshed().stored_count(), 0);

  clock_.Advance(absl::Hours(1));
  ResolveNotApplied(operation);
  clock_.Advance(absl::Minutes(1));
  xpm_.ClearCalls();
  EXPECT_EQ(Refreshed().stored_count(), 1);
  EXPECT_EQ(Field(link, "primary_phone").practice_value().text(), "04 555 0999");
  EXPECT_FALSE(Diff(link).refresh_due());
  EXPECT_EQ(Refreshed().stored_count(), 0);
  const auto calls = xpm_.calls("client.api/list");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_LT(calls[0].query, calls[1].query)
      << "once it is stored only what changed since is listed";
}

TEST_F(RefreshFirmTest, AFullRefreshAsksForAll) {
  MakeLinks(2);
  Refreshed();
  Refreshed(/*full=*/true);
  for (const auto& call : xpm_.calls()) {
    EXPECT_EQ(call.query.find("modifiedsince"), std::string::npos) << call.query;
  }
}

TEST_F(RefreshFirmTest, ArchivedAndDeletedClientsKeepTheirLastSnapshot) {
  MakeLinks(3);
  Refreshed();
  ASSERT_TRUE(xpm_.EditClient(ClientId(0), {.values = {{"IsArchived", "Yes"}}}).ok());
  ASSERT_TRUE(xpm_.EditClient(ClientId(1), {.values = {{"IsDeleted", "Yes"}}}).ok());
  EXPECT_EQ(Refreshed().not_active_count(), 2);
  EXPECT_EQ(StateOf(links_of_test_[0]), v1::Link::ARCHIVED);
  EXPECT_EQ(StateOf(links_of_test_[1]), v1::Link::DELETED);
  EXPECT_EQ(StateOf(links_of_test_[2]), v1::Link::ACTIVE);
  EXPECT_EQ(Field(links_of_test_[0], "name").practice_value().text(), "Client 0");
}

TEST_F(RefreshFirmTest, WhatAListDoesNotSayStays) {
  MakeLinks(1);
  const auto uri = [&] {
    v1::GetLinkRequest request;
    request.set_name(links_of_test_[0]);
    v1::Link link;
    EXPECT_TRUE(Call(*links_, &v1::LinkService::Stub::GetLink, request, &link).ok());
    return link.practice_client_uri();
  };
  const std::string before = uri();
  EXPECT_NE(before, "");
  EditClient(links_of_test_[0], {{"Phone", "04 555 0100"}});
  EXPECT_EQ(Refreshed().stored_count(), 1);
  EXPECT_EQ(uri(), before);
}

TEST_F(RefreshFirmTest, AMissingClientIsConfirmedByAGet) {
  MakeLinks(3);
  Refreshed();
  ASSERT_TRUE(xpm_.RemoveClient(ClientId(1)).ok());
  Seen();
  EXPECT_EQ(Refreshed().not_active_count(), 0);
  EXPECT_EQ(StateOf(links_of_test_[1]), v1::Link::ACTIVE) << "a list of changes says nothing of it";
  EXPECT_EQ(Refreshed(/*full=*/true).not_active_count(), 1);
  EXPECT_EQ(StateOf(links_of_test_[1]), v1::Link::MISSING);
  EXPECT_EQ(Seen(),
            (std::vector<std::string>{"client.api/list", "client.api/list", "client.api/get"}));
  // Known to be missing it isn't asked for again.
  Refreshed(/*full=*/true);
  EXPECT_EQ(Seen(), std::vector<std::string>{"client.api/list"});
}

TEST_F(RefreshFirmTest, AClientThatComesBackIsActiveAgain) {
  MakeLinks(2);
  Refreshed();
  const xpm_sandbox::ClientRecord record = *xpm_.GetClient(ClientId(0));
  ASSERT_TRUE(xpm_.RemoveClient(record.uuid).ok());
  EXPECT_EQ(Refreshed(/*full=*/true).not_active_count(), 1);
  EXPECT_EQ(StateOf(links_of_test_[0]), v1::Link::MISSING);
  xpm_.AddClient(record);
  EXPECT_EQ(Refreshed(/*full=*/true).stored_count(), 1);
  EXPECT_EQ(StateOf(links_of_test_[0]), v1::Link::ACTIVE);
}

TEST_F(RefreshFirmTest, AFieldThatIsReadElsewhereIsReadOfAllClients) {
  MakeLinks(12);  // so many that a list is asked for
  Refreshed();
  v1::AddOnSettings settings;
  (*settings.mutable_field_sources())["other_phone"] = "PrimaryContactMobile";
  ASSERT_TRUE(UpdateSettings(settings).ok());
  for (const std::string& link : links_of_test_) {
    EXPECT_TRUE(WaitUntil([&] {
      return Field(link, "other_phone").state() != v1::FieldDiff::PRACTICE_UNKNOWN;
    })) << link;
  }
}

TEST_F(RefreshFirmTest, WhatAListOnlyForgotIsNotMissing) {
  MakeLinks(3);
  EditClient(links_of_test_[1], {{"Phone", "04 555 0101"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list",
                                .kind = FaultKind::kHideClient,
                                .element = ClientId(1)})
                  .ok());
  EXPECT_EQ(Refreshed(/*full=*/true).stored_count(), 1);
  EXPECT_EQ(StateOf(links_of_test_[1]), v1::Link::ACTIVE);
  EXPECT_EQ(Field(links_of_test_[1], "primary_phone").practice_value().text(), "04 555 0101");
}

TEST_F(RefreshFirmTest, AListThatLacksTooManyConcludesNothing) {
  MakeLinks(12);
  Refreshed();
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(xpm_.RemoveClient(ClientId(0)).ok());
  }
  Seen();
  const google::longrunning::Operation operation = RefreshFirm(/*full=*/true);
  EXPECT_EQ(ReasonIn(operation.error()), "TOO_MANY_MISSING") << operation.error().message();
  EXPECT_EQ(Seen(), std::vector<std::string>{"client.api/list"});
  for (const std::string& link : links_of_test_) {
    EXPECT_EQ(StateOf(link), v1::Link::ACTIVE);
  }
}

TEST_F(RefreshFirmTest, AListCutShortConcludesNothingAndIsAskedForAgain) {
  MakeLinks(3);
  Refreshed();
  for (const FaultKind kind : {FaultKind::kCutInClient, FaultKind::kHalf, FaultKind::kResetMidBody,
                               FaultKind::kHtml, FaultKind::kEmpty, FaultKind::kServerError}) {
    EditClient(links_of_test_[2], {{"Phone", absl::StrCat("04 555 01", static_cast<int>(kind))}});
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = kind}).ok());
    const google::longrunning::Operation operation = RefreshFirm(/*full=*/true);
    EXPECT_EQ(ReasonIn(operation.error()), "PRACTICE_SYSTEM_UNAVAILABLE")
        << static_cast<int>(kind) << operation.DebugString();
    for (const std::string& link : links_of_test_) {
      EXPECT_EQ(StateOf(link), v1::Link::ACTIVE);
    }
    // The cursor hasn't moved: what changed comes with the next one.
    Refreshed();
    EXPECT_EQ(Field(links_of_test_[2], "primary_phone").practice_value().text(),
              absl::StrCat("04 555 01", static_cast<int>(kind)));
  }
}

TEST_F(RefreshFirmTest, AClientThatNobodyAskedForIsNobodys) {
  MakeLinks(1);
  Refreshed();
  const std::string stranger = AddClient({{"Name", "Stranger"}});
  ASSERT_TRUE(
      xpm_.InjectFault(
              {.endpoint = "client.api/list", .kind = FaultKind::kUnasked, .element = stranger})
          .ok());
  const std::string before = Stored();
  EXPECT_EQ(Refreshed().stored_count(), 0);
  EXPECT_EQ(Stored(), before);
}

TEST_F(RefreshFirmTest, AListNeverUndoesAWrite) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website("https://a.example");
  const std::string link = MakeLinked("p", fields, {{"Name", "A Ltd"}});
  // It begins before the write and ends after it.
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHang}).ok());
  google::longrunning::Operation operation;
  ASSERT_TRUE(TryRefreshFirm(RefreshRequest(), &operation).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() > 0; }));
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  EditClient(link, {{"Website", ""}});  // as the list would show it that began before the write
  xpm_.Release();
  EXPECT_TRUE(WaitUntil([&] { return LongOperation(operation.name()).done(); }));
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(RefreshFirmTest, WhatWasWrittenShortlyBeforeIsFetchedByItself) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website("https://a.example");
  const std::string link = MakeLinked("p", fields, {{"Name", "A Ltd"}});
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  EditClient(link, {{"Phone", "04 555 0100"}});
  Seen();
  EXPECT_EQ(Refreshed().stored_count(), 0);
  EXPECT_TRUE(WaitUntil(
      [&] { return Field(link, "primary_phone").practice_value().text() == "04 555 0100"; }));
  EXPECT_EQ(Seen(), (std::vector<std::string>{"client.api/list", "client.api/get"}));
}

TEST_F(RefreshFirmTest, TwoAtOnceAreOneTooMany) {
  MakeLinks(1);
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHang}).ok());
  google::longrunning::Operation first;
  ASSERT_TRUE(TryRefreshFirm(RefreshRequest(), &first).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() > 0; }));
  const google::longrunning::Operation second = RefreshFirm();
  EXPECT_EQ(ReasonIn(second.error()), "STILL_RUNNING") << second.DebugString();
  xpm_.Release();
  EXPECT_TRUE(WaitUntil([&] { return LongOperation(first.name()).done(); }));
  Refreshed();
}

TEST_F(RefreshFirmTest, ARequestIdFindsTheOperation) {
  MakeLinks(1);
  v1::RefreshFirmRequest request = RefreshRequest();
  request.set_request_id(kRequestId);
  google::longrunning::Operation first, second;
  ASSERT_TRUE(TryRefreshFirm(request, &first).ok());
  ASSERT_TRUE(TryRefreshFirm(request, &second).ok());
  EXPECT_EQ(first.name(), second.name());
  EXPECT_TRUE(WaitUntil([&] { return LongOperation(first.name()).done(); }));
  EXPECT_EQ(Seen().size(), 1U);
}

TEST_F(RefreshFirmTest, SaysWhatIsMissing) {
  google::longrunning::Operation operation;
  v1::RefreshFirmRequest request = RefreshRequest();
  request.set_name("firms/nobody");
  EXPECT_EQ(TryRefreshFirm(request, &operation).error_code(), grpc::StatusCode::NOT_FOUND);
  request = RefreshRequest();
  request.set_add_on(absl::StrCat(kFirm, "/addOns/nothing"));
  EXPECT_EQ(TryRefreshFirm(request, &operation).error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_add_on("firms/other/addOns/xpm");
  EXPECT_EQ(TryRefreshFirm(request, &operation).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(Deactivate().ok());
  EXPECT_EQ(ReasonOf(TryRefreshFirm(RefreshRequest(), &operation)), "ADD_ON_REQUIRED");
  request.set_add_on(kAddOn);
  EXPECT_EQ(ReasonOf(TryRefreshFirm(request, &operation)), "ADD_ON_NOT_ACTIVE");
  EXPECT_TRUE(xpm_.calls().empty());
}

}  // namespace
}  // namespace profilesync::testing
