#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <thread>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/longrunning/operations.grpc.pb.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// A server that can be killed, before the sandbox. A profile is linked and differs in two fields:
// the website is to be pushed, the phone to be pulled.
class CrashTest : public ServerProcessTest {
 protected:
  CrashTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    sweep_.AddSecret(kTaxNumber);
    SetUpXpm(kXpmToken);
    std::tie(client_, link_) = MakeLinked(kTaxNumber);
  }

  v1::Diff Diff() {
    v1::GetDiffRequest request;
    request.set_name(link_ + "/diff");
    return Must<v1::SyncService>(&v1::SyncService::Stub::GetDiff, request);
  }

  v1::SyncProfileRequest SyncRequest() {
    v1::SyncProfileRequest request;
    request.set_name("firms/f/profiles/p");
    request.set_request_id("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
    const v1::Diff diff = Diff();
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.field() == "website" || field.field() == "primary_phone") {
        v1::FieldSync* sync = request.add_fields();
        sync->set_field(field.field());
        sync->set_direction(field.field() == "website" ? v1::TO_PRACTICE : v1::TO_PROFILE);
        sync->set_etag(field.etag());
      }
    }
    return request;
  }

  // More clients than are asked for one by one.
  google::longrunning::Operation ImportByList() {
    v1::ImportPracticeClientsRequest request;
    request.set_parent("firms/f");
    request.set_add_on("firms/f/addOns/xpm");
    for (int i = 0; i < 100; ++i) {
      request.add_practice_clients()->set_practice_client_id(
          absl::StrFormat("%08d-0000-4000-8000-000000000000", i));
    }
    return Must<v1::ProfileService>(&v1::ProfileService::Stub::ImportPracticeClients, request);
  }

  std::vector<v1::SyncOperation> Operations() {
    v1::ListSyncOperationsRequest request;
    request.set_parent("firms/f");
    const auto response =
        Must<v1::SyncService>(&v1::SyncService::Stub::ListSyncOperations, request);
    return {response.sync_operations().begin(), response.sync_operations().end()};
  }

  std::string Website() const { return xpm_.GetClient(client_)->Get("Website"); }

  std::string client_;
  std::string link_;
};

// Where the server is killed, and what there is to be found afterwards.
struct Point {
  std::string failpoint;
  bool intent_stored;
  bool pushed;
};

void PrintTo(const Point& point, std::ostream* out) { *out << point.failpoint; }

class KillTest : public CrashTest, public ::testing::WithParamInterface<Point> {};

TEST_P(KillTest, LeavesAnOperationThatIsNeverCalledDoneByGuess) {
  const v1::SyncProfileRequest request = SyncRequest();
  Start(GetParam().failpoint + "=kill");
  v1::SyncOperation operation;
  const grpc::Status status =
      Call<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request, &operation);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  EXPECT_EQ(Website(), GetParam().pushed ? "a.example" : "");

  Start("");
  const std::vector<v1::SyncOperation> operations = Operations();
  ASSERT_EQ(operations.size(), GetParam().intent_stored ? 1u : 0u);
  EXPECT_EQ(xpm_.calls("client.api/update").size(), GetParam().pushed ? 1u : 0u)
      << "recovery never sends a write";
  v1::GetProfileRequest get;
  get.set_name("firms/f/profiles/p");
  EXPECT_EQ(
      Must<v1::ProfileService>(&v1::ProfileService::Stub::GetProfile, get).fields().primary_phone(),
      "")
      << "the profile half and the outcome are one transaction";
  if (!GetParam().intent_stored) {
    EXPECT_TRUE(Diff().can_sync());
    return;
  }
  EXPECT_THAT(operations[0].state(),
              ::testing::AnyOf(v1::SyncOperation::PUSHING, v1::SyncOperation::UNKNOWN));
  const v1::Diff diff = Diff();
  for (const v1::FieldDiff& field : diff.fields()) {
    if (field.field() == "website") {
      EXPECT_EQ(field.state(), v1::FieldDiff::PENDING);
      EXPECT_EQ(field.pending_operation(), operations[0].name());
    }
  }
  v1::SyncOperation repeated;
  const grpc::Status again =
      Call<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request, &repeated);
  if (again.ok()) {
    EXPECT_EQ(repeated.name(), operations[0].name()) << "the same request_id finds it";
    EXPECT_NE(repeated.state(), v1::SyncOperation::DONE);
  } else {
    EXPECT_EQ(again.error_code(), grpc::StatusCode::ABORTED) << again.error_message();
  }
  EXPECT_EQ(xpm_.calls("client.api/update").size(), GetParam().pushed ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(All, KillTest,
                         ::testing::Values(Point{"sync.in_intent", false, false},
                                           Point{"sync.after_intent", true, false},
                                           Point{"sync.before_push", true, false},
                                           Point{"sync.after_push", true, true},
                                           Point{"sync.before_outcome", true, true},
                                           Point{"sync.in_outcome", true, true}),
                         [](const auto& point) {
                           std::string name = point.param.failpoint;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST_F(CrashTest, WhatWasAcknowledgedSurvivesAKill) {
  for (int i = 0; i < 20; ++i) {
    v1::UpdateProfileRequest request;
    request.mutable_profile()->set_name("firms/f/profiles/p");
    request.mutable_profile()->mutable_fields()->set_email(absl::StrCat("a", i, "@a.example"));
    request.mutable_update_mask()->add_paths("fields.email");
    Must<v1::ProfileService>(&v1::ProfileService::Stub::UpdateProfile, request);
  }
  server_->Kill(SIGKILL);
  server_->WaitForEnd();
  Start("");
  v1::GetProfileRequest get;
  get.set_name("firms/f/profiles/p");
  EXPECT_EQ(Must<v1::ProfileService>(&v1::ProfileService::Stub::GetProfile, get).fields().email(),
            "a19@a.example");
}

// A list may take ten minutes by itself.
TEST_F(CrashTest, ASignalEndsTheServerThoughThePracticeSystemHangs) {
  Start("", "1s");
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "*",
                                .kind = xpm_sandbox::FaultKind::kTimeout,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
  const auto operation = ImportByList();
  EXPECT_FALSE(operation.done());
  std::thread refreshing([&] {
    v1::RefreshLinkRequest request;
    request.set_name(link_);
    v1::Diff diff;
    EXPECT_FALSE(Call<v1::SyncService>(&v1::SyncService::Stub::RefreshLink, request, &diff).ok());
  });
  const auto start = std::chrono::steady_clock::now();
  while (xpm_.hanging() < 2 &&
         std::chrono::steady_clock::now() - start < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(xpm_.hanging(), 2);  // the list and the refresh
  const auto signalled = std::chrono::steady_clock::now();
  server_->Kill(SIGTERM);
  EXPECT_EQ(server_->WaitForEnd(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - signalled, std::chrono::seconds(5));
  refreshing.join();

  xpm_.ClearFaults();
  xpm_.Release();
  Start("");
  google::longrunning::GetOperationRequest get;
  get.set_name(operation.name());
  google::longrunning::Operation ended;
  const auto restarted = std::chrono::steady_clock::now();
  while (!ended.done() && std::chrono::steady_clock::now() - restarted < std::chrono::seconds(20)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    ended = Must<google::longrunning::Operations>(
        &google::longrunning::Operations::Stub::GetOperation, get);
  }
  EXPECT_TRUE(ended.done());
  v1::ImportPracticeClientsResponse response;
  EXPECT_TRUE(ended.response().UnpackTo(&response)) << "the import went on by itself";
  EXPECT_EQ(response.results_size(), 100);
}

// A library that isn't linked as it should be logs past the log that is set up.
TEST_F(CrashTest, EveryLineOfTheLogSaysWhenAndHowBad) {
  server_->Kill(SIGTERM);
  EXPECT_EQ(server_->WaitForEnd(), 0);
  std::ifstream log(folder_ / "server-1.log");
  int lines = 0;
  for (std::string line; std::getline(log, line); ++lines) {
    EXPECT_THAT(line, MatchesRegex("[0-9-]+T[0-9:.]+Z (debug|info|warning|error) .*"));
  }
  EXPECT_GT(lines, 5);
}

// The rest is looked for after every test.
TEST_F(CrashTest, ARefusalThatRepeatsATaxNumberIsStoredWithoutIt) {
  v1::SyncProfileRequest request;
  request.set_name("firms/f/profiles/p");
  const v1::Diff diff = Diff();
  for (const v1::FieldDiff& field : diff.fields()) {
    if (field.field() == "tax_number") {
      v1::FieldSync* sync = request.add_fields();
      sync->set_field("tax_number");
      sync->set_direction(v1::TO_PRACTICE);
      sync->set_etag(field.etag());
    }
  }
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/update",
                                .kind = xpm_sandbox::FaultKind::kBusinessError,
                                .value = absl::StrCat("Tax number ", kTaxNumber, " is in use")})
                  .ok());
  v1::SyncOperation operation;
  Call<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request, &operation);
  EXPECT_THAT(operation.DebugString(), Not(HasSubstr(kTaxNumber)));
  EXPECT_THAT(operation.DebugString(), HasSubstr("is in use"));
  server_->Kill(SIGTERM);
  EXPECT_EQ(server_->WaitForEnd(), 0);
}

}  // namespace
}  // namespace profilesync::testing
