#include "client/cpp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/mutex.h"
#include "common/status.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "profilesync/v1/firm_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"

namespace profilesync::client {
namespace {

using testing::ElementsAre;

// What a call looked like on the server's side.
struct Seen {
  std::string request_id;
  std::string authorization;
};

std::string Metadata(const grpc::ServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end()
             ? ""
             : std::string(found->second.data(), found->second.size());
}

// A new file, as a deployment would put it there.
void WriteToken(const std::string& path, const char* text) {
  std::filesystem::remove(path);
  std::ofstream(path) << text;
  std::filesystem::permissions(
      path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// Firms whose creation answers with what the test has put in `creates`.
class Firms final : public v1::FirmService::Service {
 public:
  grpc::Status CreateFirm(grpc::ServerContext* context, const v1::CreateFirmRequest* request,
                          v1::Firm* firm) override {
    seen.push_back({request->request_id(), Metadata(*context, "authorization")});
    *firm = request->firm();
    absl::SleepFor(delay);
    grpc::Status next = grpc::Status::OK;
    if (!creates.empty()) {
      next = creates.front();
      creates.pop_front();
    }
    return next;
  }
  // Three firms, one a page.
  grpc::Status ListFirms(grpc::ServerContext*, const v1::ListFirmsRequest* request,
                         v1::ListFirmsResponse* response) override {
    const int page = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    response->add_firms()->set_name(absl::StrCat("firms/", page));
    if (page < 2) {
      response->set_next_page_token(absl::StrCat(page + 1));
    }
    return grpc::Status::OK;
  }

  std::deque<grpc::Status> creates;
  absl::Duration delay;
  std::vector<Seen> seen;
};

// Imports that are done at the third look.
class Profiles final : public v1::ProfileService::Service {
 public:
  grpc::Status ImportPracticeClients(grpc::ServerContext*, const v1::ImportPracticeClientsRequest*,
                                     google::longrunning::Operation* operation) override {
    operation->set_name("operations/1");
    return grpc::Status::OK;
  }
  grpc::Status ExportProfile(grpc::ServerContext*, const v1::ExportProfileRequest*,
                             v1::ExportProfileResponse* response) override {
    *response = exported;
    return grpc::Status::OK;
  }

  // Two changes, one a page.
  grpc::Status ListProfileChanges(grpc::ServerContext*,
                                  const v1::ListProfileChangesRequest* request,
                                  v1::ListProfileChangesResponse* response) override {
    const bool first = request->page_token().empty();
    response->add_profile_changes()->set_revision(first ? 1 : 2);
    response->set_next_page_token(first ? "2" : "");
    return grpc::Status::OK;
  }

  v1::ExportProfileResponse exported;
};

class Operations final : public google::longrunning::Operations::Service {
 public:
  grpc::Status GetOperation(grpc::ServerContext*,
                            const google::longrunning::GetOperationRequest* request,
                            google::longrunning::Operation* operation) override {
    operation->set_name(request->name());
    v1::ImportPracticeClientsMetadata metadata;
    metadata.set_done_count(++looks);
    operation->mutable_metadata()->PackFrom(metadata);
    if (looks == 3) {
      operation->set_done(true);
      if (fails) {
        operation->mutable_error()->set_code(14);
        operation->mutable_error()->set_message("the practice system is away");
      } else {
        v1::ImportPracticeClientsResponse response;
        response.add_results()->set_practice_client_id("c1");
        operation->mutable_response()->PackFrom(response);
      }
    }
    return grpc::Status::OK;
  }

  bool fails = false;
  int looks = 0;
};

class Syncs final : public v1::SyncService::Service {
 public:
  grpc::Status SyncProfile(grpc::ServerContext*, const v1::SyncProfileRequest*,
                           v1::SyncOperation* operation) override {
    operation->set_name("firms/a/syncOperations/1");
    operation->set_state(state);
    return grpc::Status::OK;
  }
  grpc::Status RevertSyncOperation(grpc::ServerContext*, const v1::RevertSyncOperationRequest*,
                                   v1::SyncOperation* operation) override {
    operation->set_name("firms/a/syncOperations/2");
    operation->set_state(state);
    return grpc::Status::OK;
  }
  grpc::Status ResolveSyncOperation(grpc::ServerContext*,
                                    const v1::ResolveSyncOperationRequest* request,
                                    v1::SyncOperation* operation) override {
    operation->set_name(request->name());
    operation->set_resolution_note(request->note());
    operation->set_state(v1::SyncOperation::FAILED);
    return grpc::Status::OK;
  }
  grpc::Status GetFieldHistoryEntry(grpc::ServerContext*,
                                    const v1::GetFieldHistoryEntryRequest* request,
                                    v1::FieldHistoryEntry* entry) override {
    entry->set_name(request->name());
    return grpc::Status::OK;
  }
  // Two entries, one a page.
  grpc::Status ListFieldHistoryEntries(grpc::ServerContext*,
                                       const v1::ListFieldHistoryEntriesRequest* request,
                                       v1::ListFieldHistoryEntriesResponse* response) override {
    response->add_field_history_entries()->set_name(request->parent() + request->page_token());
    response->set_next_page_token(request->page_token().empty() ? "/2" : "");
    return grpc::Status::OK;
  }
  grpc::Status WatchDiffs(grpc::ServerContext*, const v1::WatchDiffsRequest*,
                          grpc::ServerWriter<v1::WatchDiffsResponse>* writer) override {
    for (int i = 1; i <= 3; ++i) {
      v1::WatchDiffsResponse response;
      response.set_current_sequence(i);
      writer->Write(response);
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "shutting down");
  }

  v1::SyncOperation::State state = v1::SyncOperation::DONE;
};

class ClientTest : public testing::Test {
 protected:
  void SetUp() override {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    for (grpc::Service* service :
         std::initializer_list<grpc::Service*>{&firms_, &profiles_, &operations_, &syncs_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    options_.address = absl::StrCat("127.0.0.1:", port_);
    options_.retry.initial_backoff = absl::Milliseconds(1);
  }

  std::unique_ptr<Client> Connect() { return Client::Connect(options_).value(); }

  Firms firms_;
  Profiles profiles_;
  Operations operations_;
  Syncs syncs_;
  int port_ = 0;
  Options options_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(ClientTest, RepeatsAChangeUnderOneRequestId) {
  firms_.creates = {grpc::Status(grpc::StatusCode::UNAVAILABLE, "later"),
                    grpc::Status(grpc::StatusCode::UNAVAILABLE, "later")};
  v1::CreateFirmRequest request;
  request.mutable_firm()->set_display_name("Acme");
  EXPECT_EQ(Connect()->CreateFirm(request).value().display_name(), "Acme");
  ASSERT_EQ(firms_.seen.size(), 3u);
  EXPECT_EQ(firms_.seen[0].request_id.size(), 36u);
  EXPECT_EQ(firms_.seen[1].request_id, firms_.seen[0].request_id);
  EXPECT_EQ(firms_.seen[2].request_id, firms_.seen[0].request_id);
  EXPECT_EQ(firms_.seen[0].authorization, "");
}

TEST_F(ClientTest, KeepsTheRequestIdThatItWasGiven) {
  v1::CreateFirmRequest request;
  request.set_request_id("11111111-1111-4111-8111-111111111111");
  ASSERT_TRUE(Connect()->CreateFirm(request).ok());
  EXPECT_EQ(firms_.seen[0].request_id, "11111111-1111-4111-8111-111111111111");
}

TEST_F(ClientTest, AnswersAnErrorWithItsDetailsAtOnce) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  info.set_domain("profilesync");
  info.set_reason("RESOURCE_EXISTS");
  details.add_details()->PackFrom(info);
  firms_.creates = {
      grpc::Status(grpc::StatusCode::ALREADY_EXISTS, "exists", details.SerializeAsString())};
  const auto firm = Connect()->CreateFirm({});
  EXPECT_EQ(firm.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(firm.status()), v1::RESOURCE_EXISTS);
  EXPECT_EQ(firms_.seen.size(), 1u);
}

TEST_F(ClientTest, SendsTheTokenOfTheFileAsItIsNow) {
  const std::string path = testing::TempDir() + "/client_test_token";
  options_.token_file = path;
  const auto client = Connect();
  EXPECT_EQ(client->CheckToken().code(), absl::StatusCode::kFailedPrecondition);
  WriteToken(path, "first\n");
  EXPECT_TRUE(client->CheckToken().ok());
  ASSERT_TRUE(client->CreateFirm({}).ok());
  WriteToken(path, "second one");
  EXPECT_EQ(client->CreateFirm({}).status().code(), absl::StatusCode::kFailedPrecondition);
  WriteToken(path, "second\n");
  ASSERT_TRUE(client->CreateFirm({}).ok());
  std::filesystem::remove(path);
  ASSERT_EQ(firms_.seen.size(), 2u);
  EXPECT_EQ(firms_.seen[0].authorization, "Bearer first");
  EXPECT_EQ(firms_.seen[1].authorization, "Bearer second");
}

TEST_F(ClientTest, PagesThroughLists) {
  std::vector<std::string> names;
  const auto client = Connect();
  auto firms = client->ListFirms();
  for (const auto& firm : firms) {
    ASSERT_TRUE(firm.ok()) << firm.status();
    names.push_back(firm->name());
  }
  EXPECT_THAT(names, ElementsAre("firms/0", "firms/1", "firms/2"));
}

TEST_F(ClientTest, RaisesUnlessASyncIsDone) {
  EXPECT_TRUE(Connect()->SyncProfile({}).ok());
  syncs_.state = v1::SyncOperation::UNKNOWN;
  const auto operation = Connect()->SyncProfile({});
  EXPECT_EQ(operation.status().code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(SyncOperationOf(operation.status())->name(), "firms/a/syncOperations/1");
}

TEST_F(ClientTest, RaisesUnlessARevertIsDone) {
  EXPECT_TRUE(Connect()->RevertSyncOperation({}).ok());
  syncs_.state = v1::SyncOperation::PARTLY_DONE;
  const auto operation = Connect()->RevertSyncOperation({});
  EXPECT_EQ(operation.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(SyncOperationOf(operation.status())->name(), "firms/a/syncOperations/2");
}

TEST_F(ClientTest, TakesNoResolutionForAnError) {
  v1::ResolveSyncOperationRequest request;
  request.set_name("firms/a/syncOperations/1");
  request.set_note("it isn't there");
  const auto operation = Connect()->ResolveSyncOperation(request);
  ASSERT_TRUE(operation.ok()) << operation.status();
  EXPECT_EQ(operation->state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(operation->resolution_note(), "it isn't there");
}

TEST_F(ClientTest, PagesThroughHistoryAndChanges) {
  const auto client = Connect();
  v1::ListFieldHistoryEntriesRequest request;
  request.set_parent("firms/a/links/l1");
  std::vector<std::string> names;
  auto entries = client->ListFieldHistoryEntries(request);
  for (const auto& entry : entries) {
    ASSERT_TRUE(entry.ok()) << entry.status();
    names.push_back(entry->name());
  }
  EXPECT_THAT(names, ElementsAre("firms/a/links/l1", "firms/a/links/l1/2"));
  EXPECT_EQ(client->GetFieldHistoryEntry("firms/a/links/l1/2")->name(), "firms/a/links/l1/2");
  std::vector<std::int64_t> revisions;
  auto changes = client->ListProfileChanges({});
  for (const auto& change : changes) {
    ASSERT_TRUE(change.ok()) << change.status();
    revisions.push_back(change->revision());
  }
  EXPECT_THAT(revisions, ElementsAre(1, 2));
}

TEST_F(ClientTest, RaisesUnlessAnExportIsDoneOrStoppedByDuplicates) {
  profiles_.exported.add_possible_duplicates()->set_id("c1");
  const auto stopped = Connect()->ExportProfile({});
  ASSERT_TRUE(stopped.ok()) << stopped.status();
  EXPECT_EQ(stopped->possible_duplicates(0).id(), "c1");
  v1::SyncOperation* operation = profiles_.exported.mutable_sync_operation();
  operation->set_name("firms/a/syncOperations/1");
  operation->set_kind(v1::SyncOperation::EXPORT);
  operation->set_state(v1::SyncOperation::DONE);
  EXPECT_TRUE(Connect()->ExportProfile({}).ok());
  operation->set_state(v1::SyncOperation::NEEDS_ATTENTION);
  operation->mutable_error()->set_message("look for it");
  operation->add_field_results()->set_field("name");
  const auto unclear = Connect()->ExportProfile({});
  EXPECT_EQ(unclear.status().code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(unclear.status().message(),
            "the sync operation firms/a/syncOperations/1 is NEEDS_ATTENTION: look for it");
  EXPECT_EQ(SyncOperationOf(unclear.status())->name(), "firms/a/syncOperations/1");
}

TEST_F(ClientTest, WaitsForAnImport) {
  std::vector<int> progress;
  const auto response = Connect()->ImportPracticeClients(
      {}, [&](const auto& metadata) { progress.push_back(metadata.done_count()); });
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->results(0).practice_client_id(), "c1");
  EXPECT_THAT(progress, ElementsAre(1, 2, 3));
}

TEST_F(ClientTest, RaisesTheErrorOfALongRunningOperation) {
  operations_.fails = true;
  EXPECT_EQ(Connect()->ImportPracticeClients({}).status(),
            absl::UnavailableError("the practice system is away"));
}

TEST_F(ClientTest, GivesUpWaitingButNamesTheOperation) {
  options_.operation_timeout = absl::Milliseconds(1);
  const auto response = Connect()->ImportPracticeClients({});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(SV(response.status().message())), testing::HasSubstr("operations/1"));
}

TEST_F(ClientTest, HandsOutEachMessageOfAStreamOnce) {
  std::vector<std::int64_t> sequences;
  const absl::Status status = Connect()->Call("/profilesync.v1.SyncService/WatchDiffs", "",
                                              absl::Seconds(10), [&](std::string bytes) {
                                                v1::WatchDiffsResponse response;
                                                ASSERT_TRUE(response.ParseFromString(bytes));
                                                sequences.push_back(response.current_sequence());
                                              });
  EXPECT_EQ(status, absl::UnavailableError("shutting down"));
  EXPECT_THAT(sequences, ElementsAre(1, 2, 3));
}

TEST_F(ClientTest, RepeatsARawCall) {
  firms_.creates = {grpc::Status(grpc::StatusCode::UNAVAILABLE, "later")};
  int answers = 0;
  EXPECT_TRUE(Connect()
                  ->Call("/profilesync.v1.FirmService/CreateFirm", "", absl::Seconds(10),
                         [&](const std::string&) { ++answers; })
                  .ok());
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(firms_.seen.size(), 2u);
}

TEST_F(ClientTest, SaysWhatTheServerDoesNotHave) {
  EXPECT_EQ(Connect()->GetFirm("firms/a").status().code(), absl::StatusCode::kUnimplemented);
}

TEST_F(ClientTest, AnswersUnavailableWhereThereIsNoServer) {
  server_->Shutdown();
  EXPECT_EQ(Connect()->GetFirm("firms/a").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ClientTest, NamesWhoDidNotAnswerAndHowLongItWaited) {
  options_.store_timeout = absl::Milliseconds(250);
  firms_.delay = absl::Seconds(1);
  EXPECT_EQ(Connect()->CreateFirm({}).status(),
            absl::DeadlineExceededError(options_.address + " didn't answer within 0.25 s"));
}

TEST_F(ClientTest, RefusesAnAddressWithoutAPortThatThereIs) {
  options_.address = "127.0.0.1:99999";
  EXPECT_EQ(Client::Connect(options_).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace profilesync::client
