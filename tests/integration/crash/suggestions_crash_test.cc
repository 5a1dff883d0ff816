// Applying a firm's suggestions, by a server that is killed in the middle.
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/add_on_service.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

using google::longrunning::Operation;
using google::longrunning::Operations;

constexpr int kLinks = 3;

class SuggestionsCrashTest : public ServerProcessTest {
 protected:
  SuggestionsCrashTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    SetUpXpm(kXpmToken);
    const auto clients = xpm_.AddGeneratedClients(kLinks);
    // Of a kind that is linked at once.
    EXPECT_TRUE(xpm_.EditClients(clients, {.values = {{"BusinessStructure", "Trust"}}}).ok());
    v1::ImportPracticeClientsRequest import;
    import.set_parent("firms/f");
    import.set_add_on("firms/f/addOns/xpm");
    for (const std::string& client : clients) {
      import.add_practice_clients()->set_practice_client_id(client);
    }
    Must<v1::ProfileService>(&v1::ProfileService::Stub::ImportPracticeClients, import);
    for (const v1::Profile& profile : Profiles()) {
      v1::UpdateProfileRequest save;
      save.mutable_profile()->set_name(profile.name());
      save.mutable_profile()->mutable_fields()->set_website("new.example");
      save.mutable_update_mask()->add_paths("fields.website");
      Must<v1::ProfileService>(&v1::ProfileService::Stub::UpdateProfile, save);
    }
  }

  std::vector<v1::Profile> Profiles() {
    v1::ListProfilesRequest request;
    request.set_parent("firms/f");
    const auto list = Must<v1::ProfileService>(&v1::ProfileService::Stub::ListProfiles, request);
    EXPECT_EQ(list.profiles_size(), kLinks);
    return {list.profiles().begin(), list.profiles().end()};
  }
  void Apply() {
    v1::ApplyFirmSuggestionsRequest request;
    request.set_name("firms/f");
    Operation operation;  // the server may be killed before it answers
    Call<v1::SyncService>(&v1::SyncService::Stub::ApplyFirmSuggestions, request, &operation);
  }
  // The end of the latest long-running operation.
  Operation Await() {
    google::longrunning::ListOperationsRequest list;
    list.set_name("firms/f");
    const auto operations = Must<Operations>(&Operations::Stub::ListOperations, list);
    EXPECT_FALSE(operations.operations().empty());
    Operation operation = operations.operations(0);
    google::longrunning::WaitOperationRequest request;
    request.set_name(operation.name());
    request.mutable_timeout()->set_seconds(20);
    for (int i = 0; i < 4 && !operation.done(); ++i) {
      operation = Must<Operations>(&Operations::Stub::WaitOperation, request);
    }
    EXPECT_TRUE(operation.done());
    return operation;
  }
  // What the killed server's work came to in the end.
  v1::ApplyFirmSuggestionsResponse Response() {
    const Operation ended = Await();
    v1::ApplyFirmSuggestionsResponse response;
    EXPECT_TRUE(ended.response().UnpackTo(&response)) << ended.DebugString();
    return response;
  }
  void ExpectStoppedAfterTheFirst(const v1::ApplyFirmSuggestionsResponse& response) {
    ASSERT_EQ(response.sync_operations_size(), 1) << response.DebugString();
    EXPECT_EQ(response.stopping_operation(), response.sync_operations(0));
    EXPECT_EQ(response.skipped_count(), kLinks - 1);
    EXPECT_EQ(Writes(), 1U);
  }
  std::size_t Writes() { return xpm_.calls("client.api/update").size(); }
};

TEST_F(SuggestionsCrashTest, ALinkWhoseEndWasNotStoredIsCountedOnce) {
  Start("suggestions.after_link=kill");
  Apply();
  ASSERT_EQ(server_->WaitForEnd(), SIGKILL);
  EXPECT_EQ(Writes(), 1U);
  Start("");
  const v1::ApplyFirmSuggestionsResponse response = Response();
  EXPECT_EQ(response.sync_operations_size(), kLinks) << response.DebugString();
  EXPECT_EQ(response.skipped_count(), 0);
  EXPECT_EQ(response.stopping_operation(), "");
  EXPECT_EQ(Writes(), static_cast<std::size_t>(kLinks));
}

TEST_F(SuggestionsCrashTest, NoOtherLinkIsTouchedWhileAWritesOutcomeIsUnknown) {
  Start("sync.after_push=kill");
  Apply();
  ASSERT_EQ(server_->WaitForEnd(), SIGKILL);
  EXPECT_EQ(Writes(), 1U);
  Start("");
  ExpectStoppedAfterTheFirst(Response());
}

TEST_F(SuggestionsCrashTest, AStopOutlivesTheServer) {
  // The first write empties what nobody asked to empty.
  xpm_.SetBehaviour({.omitted_elements = xpm_sandbox::OmittedElements::kCleared});
  Start("suggestions.after_step=kill");
  Apply();
  ASSERT_EQ(server_->WaitForEnd(), SIGKILL);
  EXPECT_EQ(Writes(), 1U);
  Start("");
  // Not to be held up by the suspension of writes.
  v1::ResumeAddOnWritesRequest resume;
  resume.set_name("firms/f/addOns/xpm");
  Must<v1::AddOnService>(&v1::AddOnService::Stub::ResumeAddOnWrites, resume);
  ExpectStoppedAfterTheFirst(Response());
}

}  // namespace
}  // namespace profilesync::testing
