// A firm of ten thousand linked clients in a practice of fifteen thousand: what refreshing it
// costs.
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // memory and time are the sanitizer's
#else
constexpr bool kSanitized = false;
#endif
constexpr int kManyClients = kSanitized ? 1'500 : 15'000;
constexpr int kLinked = kSanitized ? 1'000 : 10'000;
constexpr int kChanged = 100;

class LargeFirmTest : public ServerProcessTest {
 protected:
  LargeFirmTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    clients_ = xpm_.AddGeneratedClients(kManyClients);
    // Of a kind that is linked at once.
    EXPECT_TRUE(xpm_.EditClients(clients_, {.values = {{"BusinessStructure", "Trust"}}}).ok());
    SetUpXpm(kXpmToken);
  }

  google::longrunning::Operation Wait(google::longrunning::Operation operation) {
    google::longrunning::GetOperationRequest request;
    request.set_name(operation.name());
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(100);
    while (!operation.done() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      operation = Must<google::longrunning::Operations>(
          &google::longrunning::Operations::Stub::GetOperation, request);
    }
    EXPECT_TRUE(operation.done());
    EXPECT_FALSE(operation.has_error()) << operation.error().message();
    return operation;
  }

  void ImportAndLink() {
    v1::ImportPracticeClientsRequest request;
    request.set_parent("firms/f");
    request.set_add_on("firms/f/addOns/xpm");
    request.set_allow_duplicates(true);  // those who made them up weren't that inventive
    for (int i = 0; i < kLinked; ++i) {
      request.add_practice_clients()->set_practice_client_id(clients_[i]);
    }
    const auto operation =
        Wait(Must<v1::ProfileService>(&v1::ProfileService::Stub::ImportPracticeClients, request));
    v1::ImportPracticeClientsResponse response;
    ASSERT_TRUE(operation.response().UnpackTo(&response));
    ASSERT_EQ(response.results_size(), kLinked);
    for (const v1::ImportResult& result : response.results()) {
      ASSERT_NE(result.link(), "") << result.DebugString();
    }
    xpm_.ClearCalls();
  }

  v1::RefreshFirmResponse Refresh(bool full) {
    v1::RefreshFirmRequest request;
    request.set_name("firms/f");
    request.set_full(full);
    v1::RefreshFirmResponse response;
    Wait(Must<v1::SyncService>(&v1::SyncService::Stub::RefreshFirm, request))
        .response()
        .UnpackTo(&response);
    return response;
  }

  // A line of the server's /proc/PID/status, in KiB.
  int Memory(const std::string& name) const {
    std::ifstream status(absl::StrCat("/proc/", server_->pid(), "/status"));
    for (std::string line; std::getline(status, line);) {
      if (absl::StartsWith(line, name)) {
        std::istringstream words(line);
        std::string label;
        int kib = 0;
        words >> label >> kib;
        return kib;
      }
    }
    return 0;
  }
  void ForgetPeakMemory() const {
    std::ofstream(absl::StrCat("/proc/", server_->pid(), "/clear_refs")) << 5;
  }

  std::vector<std::string> clients_;
};

TEST_F(LargeFirmTest, OneCallBringsTheHundredThatChanged) {
  ImportAndLink();
  EXPECT_EQ(Refresh(/*full=*/false).stored_count(), 0);
  ASSERT_EQ(xpm_.calls().size(), 1U);
  EXPECT_FALSE(absl::StrContains(xpm_.calls()[0].query, "modifiedsince"));
  xpm_.ClearCalls();

  std::vector<std::string> changed;
  for (int i = 0; i < kChanged; ++i) {
    changed.push_back(clients_[i * (kLinked / kChanged)]);
  }
  ASSERT_TRUE(xpm_.EditClients(changed, {.values = {{"Phone", "04 555 0199"}}}).ok());
  EXPECT_EQ(Refresh(/*full=*/false).stored_count(), kChanged);
  ASSERT_EQ(xpm_.calls().size(), 1U);
  EXPECT_TRUE(absl::StrContains(xpm_.calls()[0].query, "modifiedsince"));
}

TEST_F(LargeFirmTest, AListOfFiftyMegabytesTakesLittleMemory) {
  ImportAndLink();
  Start("");
  Refresh(/*full=*/false);  // of what changed: the server has done all that it does once
  const int idle = Memory("VmRSS:");
  ForgetPeakMemory();
  Refresh(/*full=*/true);
  const int peak = Memory("VmHWM:");
  RecordProperty("idle_kib", idle);
  RecordProperty("peak_kib", peak);
  std::cout << "idle " << idle << " KiB, at most " << peak << " KiB during the list\n";
  EXPECT_GT(idle, 0);
  if (!kSanitized) {
    EXPECT_LT(peak - idle, 64 * 1024);
  }
}

}  // namespace
}  // namespace profilesync::testing
