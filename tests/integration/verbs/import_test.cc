// ImportPracticeClients: which profile and link each client gets, or why none.
#include <algorithm>
#include <cctype>
#include <set>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using xpm_sandbox::FaultKind;

const char kNobody[] = "11111111-2222-4333-8444-555555555555";

// "imported linked", "failed RESOURCE_EXISTS": how each client fared, for comparing at a glance.
std::vector<std::string> Fates(const v1::ImportPracticeClientsResponse& response) {
  std::vector<std::string> fates;
  for (const v1::ImportResult& result : response.results()) {
    const bool failed = result.outcome() == v1::ImportResult::FAILED;
    const std::string& why = failed ? ReasonIn(result.error())
                                    : v1::ImportResult::LinkOutcome_Name(result.link_outcome());
    fates.push_back(v1::ImportResult::Outcome_Name(result.outcome()) + " " + why);
  }
  return fates;
}

class ImportTest : public VerbsTest {
 protected:
  v1::Profile Get(const std::string& name) { return Profile(name.substr(name.rfind('/') + 1)); }

  int ProfileCount() {
    v1::ListProfilesRequest request;
    request.set_parent(kFirm);
    request.set_page_size(1000);
    v1::ListProfilesResponse profiles;
    EXPECT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &profiles).ok());
    return profiles.profiles_size();
  }

  v1::Link GetLink(const std::string& name) {
    v1::GetLinkRequest request;
    request.set_name(name);
    v1::Link link;
    EXPECT_TRUE(Call(*links_, &v1::LinkService::Stub::GetLink, request, &link).ok()) << name;
    return link;
  }

  grpc::Status LinkAtOnce(const std::vector<type::PartyKind>& kinds) {
    v1::AddOnSettings settings;
    settings.mutable_auto_link();
    for (const type::PartyKind kind : kinds) {
      settings.mutable_auto_link()->add_party_kinds(kind);
    }
    return UpdateSettings(settings);
  }

  // One of each kind that the tests tell apart: an individual, a company and a trust by their
  // structures, an individual by what only individuals have, and one of which nothing tells.
  std::vector<std::string> AddOneOfEachKind() {
    return {AddClient({{"Name", "Ann Example"},
                       {"FirstName", "Ann"},
                       {"Phone", "03 555 0142"},
                       {"BusinessStructure", "Individual"}}),
            AddClient({{"Name", "B Ltd"}, {"BusinessStructure", "Company"}}),
            AddClient({{"Name", "The C Trust"}, {"BusinessStructure", "Trust"}}),
            AddClient({{"Name", "Dee Example"}, {"DateOfBirth", "1984-02-29"}}),
            AddClient({{"Name", "Who knows"}})};
  }
};

TEST_F(ImportTest, KindsAreDetectedAndIndividualsAndTrustsLinkedByDefault) {
  const std::vector<std::string> clients = AddOneOfEachKind();
  const auto response = Imported(ImportOf(clients));
  EXPECT_THAT(Fates(response),
              ElementsAre("IMPORTED LINKED", "IMPORTED KIND_NOT_AUTO_LINKED", "IMPORTED LINKED",
                          "IMPORTED LINKED", "IMPORTED KIND_UNKNOWN"));
  std::vector<type::PartyKind> kinds;
  for (int i = 0; i < response.results_size(); ++i) {
    const v1::ImportResult& result = response.results(i);
    EXPECT_EQ(result.practice_client_id(), clients[i]);
    const v1::Profile profile = Get(result.profile());
    kinds.push_back(profile.kind());
    EXPECT_EQ(profile.origin().practice_system(), "practiceSystems/xpm");
    EXPECT_EQ(profile.origin().tenant_id(), xpm_.tenant_id());
    EXPECT_EQ(profile.origin().practice_client_id(), clients[i]);
    EXPECT_EQ(result.link().empty(), result.link_outcome() != v1::ImportResult::LINKED);
  }
  EXPECT_THAT(kinds, ElementsAre(type::INDIVIDUAL, type::COMPANY, type::TRUST, type::INDIVIDUAL,
                                 type::PARTY_KIND_UNSPECIFIED));
  const v1::Link link = GetLink(response.results(0).link());
  EXPECT_TRUE(link.automatic());
  EXPECT_EQ(link.profile(), response.results(0).profile());
  EXPECT_EQ(link.practice_client_id(), clients[0]);
  EXPECT_EQ(Get(link.profile()).fields().primary_phone(), "03 555 0142");
  EXPECT_EQ(Diff(link.name()).differing_count(), 0);
}

TEST_F(ImportTest, TheAddOnsSettingSaysWhichKindsAreLinked) {
  const std::vector<std::string> clients = AddOneOfEachKind();
  ASSERT_TRUE(LinkAtOnce({type::COMPANY}).ok());
  EXPECT_THAT(Fates(Imported(ImportOf({clients[0], clients[1]}))),
              ElementsAre("IMPORTED KIND_NOT_AUTO_LINKED", "IMPORTED LINKED"));
  ASSERT_TRUE(LinkAtOnce({}).ok());
  EXPECT_THAT(Fates(Imported(ImportOf({clients[2]}))), ElementsAre("IMPORTED KIND_NOT_AUTO_LINKED"))
      << "no kinds named is not the same as no setting";
}

TEST_F(ImportTest, AClientIsNeverASecondProfile) {
  const std::vector<std::string> clients = AddOneOfEachKind();
  const auto first = Imported(ImportOf({clients[0], clients[1]}));
  const std::string other = AddClient({{"Name", "Linked by hand"}});
  v1::Link by_hand;
  ASSERT_TRUE(Link(MakeProfile("own", Fields("name: 'Own'")), other, &by_hand).ok());
  auto request = ImportOf({clients[0], clients[1], other});
  request.mutable_practice_clients(1)->set_profile_id("another-id");
  const auto second = Imported(request);
  EXPECT_THAT(Fates(second), ElementsAre("EXISTED ALREADY_LINKED", "EXISTED KIND_NOT_AUTO_LINKED",
                                         "EXISTED ALREADY_LINKED"));
  EXPECT_EQ(second.results(0).profile(), first.results(0).profile());
  EXPECT_EQ(second.results(0).link(), first.results(0).link());
  EXPECT_EQ(second.results(1).profile(), first.results(1).profile());
  EXPECT_EQ(second.results(2).profile(), "firms/harbour/profiles/own");
  EXPECT_EQ(second.results(2).link(), by_hand.name());
  EXPECT_EQ(ProfileCount(), 3);
  // One that wasn't linked then is linked once its kind is.
  ASSERT_TRUE(LinkAtOnce({type::COMPANY}).ok());
  EXPECT_THAT(Fates(Imported(ImportOf({clients[1]}))), ElementsAre("EXISTED LINKED"));
}

TEST_F(ImportTest, ATakenProfileIdFailsItsOwnClientAlone) {
  MakeProfile("taken", Fields("name: 'Here first' email: 'a@a.example'"));
  const std::string before = Profile("taken").DebugString();
  auto request = ImportOf({AddClient({{"Name", "A Ltd"}}), AddClient({{"Name", "B Ltd"}})});
  request.mutable_practice_clients(0)->set_profile_id("taken");
  request.mutable_practice_clients(1)->set_profile_id("free");
  const auto response = Imported(request);
  EXPECT_THAT(Fates(response), ElementsAre("FAILED RESOURCE_EXISTS", "IMPORTED KIND_UNKNOWN"));
  EXPECT_EQ(response.results(0).error().code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(response.results(0).profile(), "");
  EXPECT_EQ(response.results(1).profile(), "firms/harbour/profiles/free");
  EXPECT_EQ(Profile("taken").DebugString(), before);
  EXPECT_EQ(ProfileCount(), 2);
}

TEST_F(ImportTest, AnIdInUpperCaseIsTheSameClient) {
  const std::string client = AddClient({{"Name", "Ann"}, {"BusinessStructure", "Individual"}});
  const std::string upper = absl::AsciiStrToUpper(client);
  ASSERT_NE(upper, client);
  const auto response = Imported(ImportOf({upper}));
  EXPECT_THAT(Fates(response), ElementsAre("IMPORTED LINKED"));
  EXPECT_EQ(response.results(0).practice_client_id(), upper) << "named as it was asked for";
  EXPECT_EQ(Get(response.results(0).profile()).origin().practice_client_id(), client);
  EXPECT_EQ(GetLink(response.results(0).link()).practice_client_id(), client);
  EXPECT_THAT(Fates(Imported(ImportOf({client}))), ElementsAre("EXISTED ALREADY_LINKED"));
  google::longrunning::Operation operation;
  EXPECT_THAT(ViolatedFields(TryImport(ImportOf({client, upper}), &operation)),
              ElementsAre("practice_clients[1].practice_client_id"));
}

TEST_F(ImportTest, AnUnknownClientFailsAndTheOthersAreImported) {
  const auto response = Imported(ImportOf(
      {AddClient({{"Name", "A"}}), kNobody, "../client.api/list", AddClient({{"Name", "B"}})}));
  EXPECT_THAT(Fates(response),
              ElementsAre("IMPORTED KIND_UNKNOWN", "FAILED PRACTICE_CLIENT_NOT_FOUND",
                          "FAILED PRACTICE_CLIENT_NOT_FOUND", "IMPORTED KIND_UNKNOWN"));
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ProfileCount(), 2);
}

TEST_F(ImportTest, ManyClientsAreImportedByOneList) {
  constexpr int kClients = 130;  // more than one batch
  constexpr int kUnknown = 57;
  std::vector<std::string> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(AddClient({{"Name", absl::StrCat("Client ", i)},
                                 {"BusinessStructure", i % 2 == 0 ? "Individual" : "Company"}}));
    if (i % 3 == 0) {
      clients.back() = absl::AsciiStrToUpper(clients.back());
    }
  }
  AddClient({{"Name", "Not asked for"}});
  clients[kUnknown] = absl::AsciiStrToUpper("aaaaaaaa-2222-4333-8444-bbbbbbbbbbbb");
  std::reverse(clients.begin(), clients.end());  // not in the practice's order
  xpm_.ClearCalls();
  const google::longrunning::Operation operation = Import(ImportOf(clients));
  v1::ImportPracticeClientsResponse response;
  ASSERT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
  ASSERT_EQ(response.results_size(), kClients);
  std::vector<std::string> expected;
  for (int i = kClients - 1; i >= 0; --i) {
    expected.emplace_back(i == kUnknown ? "FAILED PRACTICE_CLIENT_NOT_FOUND"
                          : i % 2 == 0  ? "IMPORTED LINKED"
                                        : "IMPORTED KIND_NOT_AUTO_LINKED");
    const v1::ImportResult& result = response.results(kClients - 1 - i);
    EXPECT_EQ(result.practice_client_id(), clients[kClients - 1 - i]);
    if (i != kUnknown) {
      EXPECT_EQ(Get(result.profile()).fields().name(), absl::StrCat("Client ", i));
    }
  }
  EXPECT_EQ(Fates(response), expected);
  v1::ImportPracticeClientsMetadata progress;
  ASSERT_TRUE(operation.metadata().UnpackTo(&progress));
  EXPECT_EQ(progress.done_count(), kClients);
  EXPECT_EQ(progress.total_count(), kClients);
  EXPECT_EQ(ProfileCount(), kClients - 1);
  ASSERT_EQ(xpm_.calls().size(), 1u);
  EXPECT_EQ(xpm_.calls()[0].endpoint, "client.api/list");
}

TEST_F(ImportTest, WhatAListHadBeforeItBrokeIsImportedAndTheRestFailed) {
  constexpr int kClients = 300;
  constexpr int kBatch = 100;  // half of the list has one batch, and half of another
  std::vector<std::string> clients;
  clients.reserve(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(AddClient({{"Name", "A"}, {"BusinessStructure", "Individual"}}));
  }
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHalf}).ok());
  std::vector<std::string> expected(kBatch, "IMPORTED LINKED");
  expected.resize(kClients, "FAILED PRACTICE_SYSTEM_UNAVAILABLE");
  EXPECT_EQ(Fates(Imported(ImportOf(clients))), expected);
  EXPECT_EQ(ProfileCount(), kBatch);
  // Asking again completes it.
  expected.assign(kBatch, "EXISTED ALREADY_LINKED");
  expected.resize(kClients, "IMPORTED LINKED");
  EXPECT_EQ(Fates(Imported(ImportOf(clients))), expected);
}

TEST_F(ImportTest, ARequestIdHoldsForItsOwnContentOnly) {
  auto request = ImportOf({AddClient({{"Name", "A"}})});
  request.set_request_id(kRequestId);
  const google::longrunning::Operation first = Import(request);
  EXPECT_EQ(Import(request).SerializeAsString(), first.SerializeAsString());
  const std::string before = Stored();
  request.add_practice_clients()->set_practice_client_id(AddClient({{"Name", "B"}}));
  google::longrunning::Operation operation;
  const grpc::Status status = TryImport(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
  EXPECT_THAT(ViolatedFields(status), ElementsAre("request_id"));
  EXPECT_EQ(Stored(), before);
}

TEST_F(ImportTest, AllThatIsWrongWithARequestIsListed) {
  const std::string client = AddClient({{"Name", "A"}});
  auto request = ImportOf({client, std::string("a\0b", 3), std::string(256, 'a'), "", client});
  request.mutable_practice_clients(0)->set_profile_id("no/slashes");
  request.mutable_practice_clients(1)->set_profile_id("twice");
  request.mutable_practice_clients(4)->set_profile_id("twice");
  xpm_.ClearCalls();
  const std::string before = Stored();
  google::longrunning::Operation operation;
  const grpc::Status status = TryImport(request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST");
  EXPECT_THAT(
      ViolatedFields(status),
      ElementsAre("practice_clients[0].profile_id", "practice_clients[1].practice_client_id",
                  "practice_clients[2].practice_client_id",
                  "practice_clients[3].practice_client_id",
                  "practice_clients[4].practice_client_id", "practice_clients[4].profile_id"))
      << status.error_message();
  EXPECT_EQ(Stored(), before);
  EXPECT_THAT(xpm_.calls(), IsEmpty());
}

TEST_F(ImportTest, WhatWasFetchedBeforeThePracticeSystemBrokeIsImported) {
  const auto request = ImportOf(
      {AddClient({{"Name", "A"}}), AddClient({{"Name", "B"}}), AddClient({{"Name", "C"}})});
  // The first is answered as usual: an edit of nobody's interest comes after it.
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get",
                                .kind = FaultKind::kEditAfter,
                                .element = "ExportCode",
                                .value = "X"})
                  .ok());
  BreakXpm("client.api/get");
  const auto response = Imported(request);
  EXPECT_THAT(Fates(response),
              ElementsAre("IMPORTED KIND_UNKNOWN", "FAILED PRACTICE_SYSTEM_UNAVAILABLE",
                          "FAILED PRACTICE_SYSTEM_UNAVAILABLE"));
  EXPECT_EQ(response.results(2).error().code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ProfileCount(), 1);
  EXPECT_EQ(xpm_.calls("client.api/get").size(), 2u) << "it isn't asked again once it is broken";
  xpm_.ClearFaults();
  EXPECT_THAT(Fates(Imported(request)), ElementsAre("EXISTED KIND_UNKNOWN", "IMPORTED KIND_UNKNOWN",
                                                    "IMPORTED KIND_UNKNOWN"));
}

TEST_F(ImportTest, AnArchivedClientIsImportedAndNotLinkedAndADeletedOneIsNot) {
  const auto response = Imported(ImportOf({
      AddClient({{"Name", "A"}, {"BusinessStructure", "Individual"}, {"IsArchived", "Yes"}}),
      AddClient({{"Name", "B"}, {"BusinessStructure", "Individual"}, {"IsDeleted", "Yes"}}),
  }));
  EXPECT_THAT(Fates(response),
              ElementsAre("IMPORTED NOT_ACTIVE", "FAILED PRACTICE_CLIENT_NOT_WRITABLE"));
  EXPECT_EQ(response.results(0).link(), "");
  EXPECT_EQ(Get(response.results(0).profile()).fields().name(), "A");
  EXPECT_EQ(response.results(1).error().code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ProfileCount(), 1);
}

TEST_F(ImportTest, AClientThatIsDeletedSinceItWasImportedExists) {
  const std::string client = AddClient({{"Name", "A"}, {"BusinessStructure", "Company"}});
  const auto first = Imported(ImportOf({client}));
  ASSERT_TRUE(xpm_.EditClient(client, {.values = {{"IsDeleted", "Yes"}}}).ok());
  const auto again = Imported(ImportOf({client}));
  EXPECT_THAT(Fates(again), ElementsAre("EXISTED NOT_ACTIVE"));
  EXPECT_EQ(again.results(0).profile(), first.results(0).profile());
}

TEST_F(ImportTest, WhatAStoppingServerLeavesTheNextOneGoesOnWith) {
  StopServer();
  config_.background_threads = 1;
  config_.drain = absl::Milliseconds(100);
  StartServer();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHang}).ok());
  std::vector<std::string> many;
  many.reserve(30);
  for (int i = 0; i < 30; ++i) {
    many.push_back(AddClient({{"Name", absl::StrCat("Client ", i)}}));
  }
  google::longrunning::Operation running;
  google::longrunning::Operation waiting;
  ASSERT_TRUE(TryImport(ImportOf(many), &running).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
  ASSERT_TRUE(TryImport(ImportOf({many.begin() + 5, many.end()}), &waiting).ok());
  StopServer();
  EXPECT_THAT(xpm_.calls("client.api/list"), ::testing::SizeIs(1));
  xpm_.ClearFaults();
  xpm_.Release();
  StartServer();
  int imported = 0;
  for (const std::string& name : {running.name(), waiting.name()}) {
    ASSERT_TRUE(WaitUntil([&] { return LongOperation(name).done(); }));
    v1::ImportPracticeClientsResponse response;
    ASSERT_TRUE(LongOperation(name).response().UnpackTo(&response))
        << LongOperation(name).DebugString();
    for (const v1::ImportResult& result : response.results()) {
      imported += result.outcome() == v1::ImportResult::IMPORTED ? 1 : 0;
      EXPECT_NE(result.outcome(), v1::ImportResult::FAILED);
    }
  }
  EXPECT_EQ(imported, 30);
  EXPECT_EQ(ProfileCount(), 30);
}

TEST_F(ImportTest, AnImportOfAFewThatIsCutOffIsGoneOnWithToo) {
  StopServer();
  config_.drain = absl::Milliseconds(100);
  StartServer();
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang}).ok());
  v1::ImportPracticeClientsRequest request =
      ImportOf({AddClient({{"Name", "A"}}), AddClient({{"Name", "B"}})});
  request.set_request_id(kRequestId);
  std::thread caller([&] {
    google::longrunning::Operation operation;
    TryImport(request, &operation);  // whatever becomes of the call
  });
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
  StopServer();
  caller.join();
  xpm_.ClearFaults();
  xpm_.Release();
  StartServer();
  google::longrunning::Operation operation;
  ASSERT_TRUE(WaitUntil([&] { return TryImport(request, &operation).ok() && operation.done(); }));
  v1::ImportPracticeClientsResponse response;
  ASSERT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
  EXPECT_THAT(Fates(response), ElementsAre("IMPORTED KIND_UNKNOWN", "IMPORTED KIND_UNKNOWN"));
}

}  // namespace
}  // namespace profilesync::testing
