// An import whose server is killed in the middle, or that another server is asked about.
#include <signal.h>

#include <set>
#include <thread>

#include "google/longrunning/operations.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "profilesync/v1/link_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

using google::longrunning::Operation;
using google::longrunning::Operations;

constexpr int kClients = 350;  // in batches of a hundred

class ImportCrashTest : public ServerProcessTest {
 protected:
  ImportCrashTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    clients_ = xpm_.AddGeneratedClients(kClients);
    // Of a kind that is linked at once.
    EXPECT_TRUE(xpm_.EditClients(clients_, {.values = {{"BusinessStructure", "Trust"}}}).ok());
    SetUpXpm(kXpmToken);
  }

  v1::ImportPracticeClientsRequest Request() const {
    v1::ImportPracticeClientsRequest request;
    request.set_parent("firms/f");
    request.set_add_on("firms/f/addOns/xpm");
    request.set_allow_duplicates(true);
    return request;
  }
  v1::ImportPracticeClientsRequest RequestById() const {
    v1::ImportPracticeClientsRequest request = Request();
    for (const std::string& client : clients_) {
      request.add_practice_clients()->set_practice_client_id(client);
    }
    return request;
  }
  // The operation's name, though the server may be killed before it answers.
  void Import(const v1::ImportPracticeClientsRequest& request) {
    Operation operation;  // the server may be killed before it answers
    Call<v1::ProfileService>(&v1::ProfileService::Stub::ImportPracticeClients, request, &operation);
  }
  std::string LatestOperation() {
    google::longrunning::ListOperationsRequest request;
    request.set_name("firms/f");
    const auto list = Must<Operations>(&Operations::Stub::ListOperations, request);
    return list.operations().empty() ? "" : list.operations(0).name();
  }

  Operation Wait(const std::string& name) {
    Operation operation;
    google::longrunning::WaitOperationRequest request;
    request.set_name(name);
    request.mutable_timeout()->set_seconds(20);
    for (int i = 0; i < 3 && !operation.done(); ++i) {
      operation = Must<Operations>(&Operations::Stub::WaitOperation, request);
    }
    EXPECT_TRUE(operation.done());
    return operation;
  }

  // Every client has been imported once, with one profile and one link, and the answer says so.
  void ExpectAllOnce(const Operation& operation) {
    v1::ImportPracticeClientsResponse response;
    ASSERT_TRUE(operation.response().UnpackTo(&response)) << operation.DebugString();
    ASSERT_EQ(response.results_size(), kClients);
    std::set<std::string> clients, profiles, links;
    for (const v1::ImportResult& result : response.results()) {
      EXPECT_EQ(result.outcome(), v1::ImportResult::IMPORTED) << result.DebugString();
      EXPECT_EQ(result.link_outcome(), v1::ImportResult::LINKED);
      clients.insert(result.practice_client_id());
      profiles.insert(result.profile());
      links.insert(result.link());
    }
    EXPECT_EQ(clients, std::set<std::string>(clients_.begin(), clients_.end()));
    v1::ImportPracticeClientsMetadata progress;
    ASSERT_TRUE(operation.metadata().UnpackTo(&progress));
    EXPECT_EQ(progress.done_count(), kClients);
    EXPECT_EQ(progress.total_count(), kClients);

    v1::ListProfilesRequest list_profiles;
    list_profiles.set_parent("firms/f");
    list_profiles.set_page_size(1000);
    const auto found =
        Must<v1::ProfileService>(&v1::ProfileService::Stub::ListProfiles, list_profiles);
    std::set<std::string> stored_profiles;
    for (const v1::Profile& profile : found.profiles()) {
      stored_profiles.insert(profile.name());
    }
    EXPECT_EQ(stored_profiles, profiles);
    v1::ListLinksRequest list_links;
    list_links.set_parent("firms/f");
    list_links.set_page_size(1000);
    const auto linked = Must<v1::LinkService>(&v1::LinkService::Stub::ListLinks, list_links);
    std::set<std::string> stored_links, linked_clients;
    for (const v1::Link& link : linked.links()) {
      stored_links.insert(link.name());
      linked_clients.insert(link.practice_client_id());
    }
    EXPECT_EQ(stored_links, links);
    EXPECT_EQ(linked_clients, clients);
  }

  std::vector<std::string> clients_;
};

TEST_F(ImportCrashTest, AKilledServersImportGoesOnAfterTheNextStart) {
  Start("import.after_batch=kill");
  Import(RequestById());
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  Start("");
  const std::string name = LatestOperation();
  const Operation operation = Wait(name);
  ExpectAllOnce(operation);
  EXPECT_EQ(xpm_.calls("client.api/list").size(), 2U);
  EXPECT_EQ(Wait(name).SerializeAsString(), operation.SerializeAsString()) << "it ends once";
}

TEST_F(ImportCrashTest, AnotherServerOnTheStoreGoesOnWithAnImportByFilter) {
  Start("import.after_batch=kill");
  const auto other = Launch("");
  ASSERT_NE(other->address(), "");
  v1::ImportPracticeClientsRequest request = Request();
  request.set_filter("kind = TRUST");
  Import(request);
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  Dial(other->address());
  ExpectAllOnce(Wait(LatestOperation()));
  EXPECT_EQ(xpm_.calls("client.api/list").size(), 3U) << "what the filter chose is stored";
}

TEST_F(ImportCrashTest, AnotherServerWaitsAndCancels) {
  const auto other = Launch("");
  ASSERT_NE(other->address(), "");
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/list", .kind = xpm_sandbox::FaultKind::kHang})
          .ok());
  Import(RequestById());
  const std::string name = LatestOperation();
  while (xpm_.hanging() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  Dial(other->address());
  google::longrunning::CancelOperationRequest cancel;
  cancel.set_name(name);
  Must<Operations>(&Operations::Stub::CancelOperation, cancel);
  std::thread release([&] {
    std::this_thread::sleep_for(std::chrono::seconds(1));  // jobs look twice a second
    xpm_.Release();
  });
  const Operation operation = Wait(name);
  release.join();
  EXPECT_EQ(operation.error().code(), static_cast<int>(grpc::StatusCode::CANCELLED));
  EXPECT_EQ(xpm_.calls("client.api/list").size(), 1U);
}

TEST_F(ImportCrashTest, AKilledServersRefreshEndsWithAClearError) {
  Import(RequestById());
  ExpectAllOnce(Wait(LatestOperation()));
  Start("list_pass.after_batch=kill");
  v1::RefreshFirmRequest request;
  request.set_name("firms/f");
  request.set_full(true);
  ASSERT_TRUE(xpm_.EditClients(clients_, {.values = {{"Phone", "04 555 0199"}}}).ok());
  Operation begun;
  Call<v1::SyncService>(&v1::SyncService::Stub::RefreshFirm, request, &begun);
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  Start("");
  const Operation operation = Wait(LatestOperation());
  google::rpc::ErrorInfo info;
  ASSERT_EQ(operation.error().details_size(), 1) << operation.DebugString();
  ASSERT_TRUE(operation.error().details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace profilesync::testing
