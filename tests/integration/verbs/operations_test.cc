// google.longrunning.Operations: lists, cancels, deletes and waits for what runs long.
#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/failpoint.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

using Job = google::longrunning::Operation;
using google::longrunning::Operations;
using ::testing::ElementsAre;
using xpm_sandbox::FaultKind;

class OperationsTest : public VerbsTest {
 protected:
  OperationsTest() { Connect(); }

  void Connect() {
    operations_ = Operations::NewStub(
        grpc::CreateChannel(app_->address(), grpc::InsecureChannelCredentials()));
  }

  std::vector<std::string> AddClients(int count) {
    std::vector<std::string> clients;
    clients.reserve(count);
    for (int i = 0; i < count; ++i) {
      clients.push_back(AddClient({{"Name", absl::StrCat("Client ", i)}}));
    }
    return clients;
  }

  // An import that waits for the practice system until it is released.
  Job StartHanging(const std::vector<std::string>& clients) {
    EXPECT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHang}).ok());
    Job operation;
    EXPECT_TRUE(TryImport(ImportOf(clients), &operation).ok());
    EXPECT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
    EXPECT_FALSE(operation.done());
    return operation;
  }

  grpc::Status List(const google::longrunning::ListOperationsRequest& request,
                    google::longrunning::ListOperationsResponse* response) {
    return Call(*operations_, &Operations::Stub::ListOperations, request, response);
  }
  std::vector<std::string> ListAll(const std::string& filter, int page_size) {
    std::vector<std::string> names;
    google::longrunning::ListOperationsRequest request;
    request.set_name(kFirm);
    request.set_filter(filter);
    request.set_page_size(page_size);
    google::longrunning::ListOperationsResponse page;
    do {
      request.set_page_token(page.next_page_token());
      EXPECT_TRUE(List(request, &page).ok());
      EXPECT_LE(page.operations_size(), page_size);
      for (const Job& operation : page.operations()) {
        names.push_back(operation.name());
        EXPECT_EQ(operation.SerializeAsString(),
                  LongOperation(operation.name()).SerializeAsString());
      }
    } while (!page.next_page_token().empty());
    return names;
  }

  grpc::Status Cancel(const std::string& name) {
    google::longrunning::CancelOperationRequest request;
    request.set_name(name);
    google::protobuf::Empty response;
    return Call(*operations_, &Operations::Stub::CancelOperation, request, &response);
  }
  grpc::Status Delete(const std::string& name) {
    google::longrunning::DeleteOperationRequest request;
    request.set_name(name);
    google::protobuf::Empty response;
    return Call(*operations_, &Operations::Stub::DeleteOperation, request, &response);
  }
  grpc::Status Get(const std::string& name) {
    google::longrunning::GetOperationRequest request;
    request.set_name(name);
    Job response;
    return Call(*operations_, &Operations::Stub::GetOperation, request, &response);
  }
  grpc::Status Wait(const std::string& name, absl::Duration timeout, Job* operation) {
    google::longrunning::WaitOperationRequest request;
    request.set_name(name);
    request.mutable_timeout()->set_seconds(absl::ToInt64Seconds(timeout));
    request.mutable_timeout()->set_nanos(
        static_cast<int>(absl::ToInt64Nanoseconds(timeout % absl::Seconds(1))));
    return Call(*operations_, &Operations::Stub::WaitOperation, request, operation);
  }

  int ProfileCount() {
    v1::ListProfilesRequest request;
    request.set_parent(kFirm);
    request.set_page_size(1000);
    v1::ListProfilesResponse profiles;
    EXPECT_TRUE(Call(*profiles_, &v1::ProfileService::Stub::ListProfiles, request, &profiles).ok());
    return profiles.profiles_size();
  }

  std::unique_ptr<Operations::Stub> operations_;
};

TEST_F(OperationsTest, AreListedLatestFirstPageByPage) {
  std::vector<std::string> names;
  for (int i = 0; i < 5; ++i) {
    names.insert(names.begin(), Import(ImportOf(AddClients(1))).name());
  }
  const Job running = StartHanging(AddClients(30));
  EXPECT_EQ(ListAll("done = true", 2), names);
  EXPECT_EQ(ListAll("done = true", 5), names);
  EXPECT_THAT(ListAll("done = false", 2), ElementsAre(running.name()));
  names.insert(names.begin(), running.name());
  EXPECT_EQ(ListAll("", 2), names);
  EXPECT_EQ(ListAll("", 50), names);
  xpm_.Release();
}

TEST_F(OperationsTest, AListSaysWhatIsWrongWithTheRequest) {
  for (int i = 0; i < 2; ++i) {
    Import(ImportOf(AddClients(1)));
  }
  google::longrunning::ListOperationsRequest request;
  google::longrunning::ListOperationsResponse page;
  request.set_name("firms/nobody");
  EXPECT_EQ(List(request, &page).error_code(), grpc::StatusCode::NOT_FOUND);
  request.set_name(kFirm);
  request.set_page_size(-1);
  request.set_filter("done = perhaps AND name = \"x\" AND done = true AND done = false");
  EXPECT_THAT(ViolatedFields(List(request, &page)),
              ElementsAre("page_size", "filter", "filter", "filter"));
  request.set_page_size(1);
  request.set_filter("");
  ASSERT_TRUE(List(request, &page).ok());
  request.set_page_token(page.next_page_token());
  request.set_filter("done = true");
  EXPECT_EQ(ReasonOf(List(request, &page)), "INVALID_PAGE_TOKEN") << "it is bound to its query";
}

TEST_F(OperationsTest, OneThatIsDoneCanBeDeleted) {
  const Job done = Import(ImportOf(AddClients(2)));
  const Job running = StartHanging(AddClients(30));
  const grpc::Status refused = Delete(running.name());
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused), "OPERATION_UNFINISHED");
  EXPECT_TRUE(Delete(done.name()).ok());
  EXPECT_EQ(Get(done.name()).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(Delete(done.name())), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(ProfileCount(), 2) << "what it did stays";
  xpm_.Release();
  EXPECT_TRUE(WaitUntil([&] { return LongOperation(running.name()).done(); }));
  EXPECT_TRUE(Delete(running.name()).ok());
  EXPECT_TRUE(ListAll("", 10).empty());
}

#ifdef PROFILESYNC_FAILPOINTS
TEST_F(OperationsTest, ACancelledImportKeepsWhatItHasDone) {
  constexpr int kClients = 450;
  std::atomic<bool> reached = false;
  std::atomic<bool> go_on = false;
  SetFailpoint("import.after_batch", [&] {
    reached = true;
    while (!go_on) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    return absl::OkStatus();
  });
  Job operation;
  ASSERT_TRUE(TryImport(ImportOf(AddClients(kClients)), &operation).ok());
  ASSERT_TRUE(WaitUntil([&] { return reached.load(); }));
  EXPECT_TRUE(Cancel(operation.name()).ok());
  EXPECT_TRUE(Cancel(operation.name()).ok()) << "twice is once";
  EXPECT_FALSE(LongOperation(operation.name()).done());
  go_on = true;
  ASSERT_TRUE(WaitUntil([&] { return LongOperation(operation.name()).done(); }));
  SetFailpoint("import.after_batch", nullptr);
  operation = LongOperation(operation.name());
  EXPECT_EQ(operation.error().code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(ReasonIn(operation.error()), "OPERATION_CANCELLED");
  v1::ImportPracticeClientsMetadata progress;
  ASSERT_TRUE(operation.metadata().UnpackTo(&progress));
  EXPECT_EQ(progress.total_count(), kClients);
  EXPECT_GE(progress.done_count(), 100);
  EXPECT_LE(progress.done_count(), 200) << "the batch after the one that was under way is none";
  EXPECT_EQ(ProfileCount(), progress.done_count());
  EXPECT_TRUE(Cancel(operation.name()).ok());
  EXPECT_EQ(LongOperation(operation.name()).SerializeAsString(), operation.SerializeAsString());
}
#endif

TEST_F(OperationsTest, OneThatWaitsForItsTurnIsCancelledAtOnce) {
  StopServer();
  config_.background_threads = 1;
  StartServer();
  Connect();
  const Job running = StartHanging(AddClients(30));
  Job waiting;
  ASSERT_TRUE(TryImport(ImportOf(AddClients(31)), &waiting).ok());
  EXPECT_TRUE(Cancel(waiting.name()).ok());
  EXPECT_EQ(ReasonIn(LongOperation(waiting.name()).error()), "OPERATION_CANCELLED");
  xpm_.Release();
  ASSERT_TRUE(WaitUntil([&] { return LongOperation(running.name()).done(); }));
  EXPECT_EQ(ProfileCount(), 30);
}

TEST_F(OperationsTest, ARefreshIsCancelledToo) {
  MakeLinked("p", Fields("name: 'A Ltd'"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kHang}).ok());
  v1::RefreshFirmRequest request;
  request.set_name(kFirm);
  Job operation;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::RefreshFirm, request, &operation).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));
  EXPECT_TRUE(Cancel(operation.name()).ok());
  absl::SleepFor(absl::Seconds(1));  // the job looks twice a second
  xpm_.Release();
  ASSERT_TRUE(WaitUntil([&] { return LongOperation(operation.name()).done(); }));
  EXPECT_EQ(ReasonIn(LongOperation(operation.name()).error()), "OPERATION_CANCELLED");
}

TEST_F(OperationsTest, WhatIsNotThereIsNotFound) {
  const std::string name = absl::StrCat(kFirm, "/operations/none");
  Job operation;
  for (const grpc::Status& status :
       {Get(name), Cancel(name), Delete(name), Wait(name, absl::Seconds(5), &operation)}) {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
    EXPECT_EQ(ReasonOf(status), "RESOURCE_NOT_FOUND");
  }
  EXPECT_THAT(ViolatedFields(Wait(name, -absl::Seconds(5), &operation)), ElementsAre("timeout"));
}

TEST_F(OperationsTest, AWaitEndsWithTheOperationOrTheTimeout) {
  const Job running = StartHanging(AddClients(30));
  Job operation;
  absl::Time start = absl::Now();
  ASSERT_TRUE(Wait(running.name(), absl::Milliseconds(300), &operation).ok());
  EXPECT_FALSE(operation.done());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(300));
  EXPECT_LE(absl::Now() - start, absl::Seconds(5));
  start = absl::Now();
  std::thread release([&] {
    absl::SleepFor(absl::Milliseconds(300));
    xpm_.Release();
  });
  ASSERT_TRUE(Wait(running.name(), absl::Seconds(25), &operation).ok());
  EXPECT_TRUE(operation.done());
  EXPECT_LE(absl::Now() - start, absl::Seconds(10));
  release.join();
  EXPECT_EQ(operation.SerializeAsString(), LongOperation(running.name()).SerializeAsString());
  start = absl::Now();
  ASSERT_TRUE(Wait(running.name(), absl::Seconds(25), &operation).ok());
  EXPECT_LE(absl::Now() - start, absl::Seconds(5)) << "it is done already";
}

TEST_F(OperationsTest, AWaitIsOverBeforeItsDeadline) {
  const Job running = StartHanging(AddClients(30));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(1));
  google::longrunning::WaitOperationRequest request;
  request.set_name(running.name());
  Job operation;
  const grpc::Status status = operations_->WaitOperation(&context, request, &operation);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(operation.name(), running.name());
  EXPECT_FALSE(operation.done());
  xpm_.Release();
}

// Calls of WaitOperation that are under way together.
class Waiters {
 public:
  Waiters(Operations::Stub& stub, const std::string& name, int count) : calls_(count) {
    for (OneCall& call : calls_) {
      call.context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
      call.request.set_name(name);
      stub.async()->WaitOperation(&call.context, &call.request, &call.operation,
                                  [this, &call](const grpc::Status& status) {
                                    done_ += status.ok() && call.operation.done() ? 1 : 0;
                                    ++answered_;
                                  });
    }
  }
  int answered() const { return answered_; }
  int done() const { return done_; }
  void CancelAll() {
    for (OneCall& call : calls_) {
      call.context.TryCancel();
    }
  }

 private:
  struct OneCall {
    grpc::ClientContext context;
    google::longrunning::WaitOperationRequest request;
    Job operation;
  };
  std::vector<OneCall> calls_;
  std::atomic<int> answered_ = 0;
  std::atomic<int> done_ = 0;
};

TEST_F(OperationsTest, ManyWhoWaitKeepNobodyElseWaiting) {
  StopServer();
  config_.practice_threads = 4;
  config_.practice_queue = 4;
  StartServer();
  Connect();
  const Job running = StartHanging(AddClients(30));
  Waiters waiters(*operations_, running.name(), 300);
  Waiters cancelled(*operations_, running.name(), 20);
  absl::SleepFor(absl::Milliseconds(200));
  const absl::Time start = absl::Now();
  Import(ImportOf(AddClients(2)));  // in a thread that may wait for practice systems
  EXPECT_LE(absl::Now() - start, absl::Seconds(10));
  EXPECT_EQ(waiters.answered(), 0);
  cancelled.CancelAll();
  EXPECT_TRUE(WaitUntil([&] { return cancelled.answered() == 20; }));
  xpm_.Release();
  EXPECT_TRUE(WaitUntil([&] { return waiters.answered() == 300; }));
  EXPECT_EQ(waiters.done(), 300);
}

TEST_F(OperationsTest, AStoppingServerAnswersThoseWhoWait) {
  StopServer();
  config_.drain = absl::Seconds(25);
  StartServer();
  Connect();
  const Job running = StartHanging(AddClients(30));
  Waiters waiters(*operations_, running.name(), 3);
  absl::SleepFor(absl::Milliseconds(300));
  std::thread release([&] {
    WaitUntil([&] { return waiters.answered() == 3; });
    xpm_.Release();  // which the job still waits for
  });
  const absl::Time start = absl::Now();
  StopServer();
  EXPECT_LE(absl::Now() - start, absl::Seconds(15));
  release.join();
  EXPECT_EQ(waiters.answered(), 3);
  EXPECT_EQ(waiters.done(), 0);
  StartServer();
  EXPECT_TRUE(LongOperation(running.name()).done()) << "it had the time to end";
}

}  // namespace
}  // namespace profilesync::testing
