// A server that is killed while it exports a profile: at most one client is ever created, and it is
// found.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <vector>

#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/integration/crash/fixture.h"

namespace profilesync::testing {
namespace {

using ::testing::HasSubstr;

// Where the server is killed, and what there is to be found afterwards.
struct KillPoint {
  std::string failpoint;
  bool intent_stored;
  bool created;
};

void PrintTo(const KillPoint& point, std::ostream* out) { *out << point.failpoint; }

class ExportKillTest : public ServerProcessTest, public ::testing::WithParamInterface<KillPoint> {
 protected:
  ExportKillTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    sweep_.AddSecret(kTaxNumber);
    SetUpXpm(kXpmToken);
    v1::CreateProfileRequest profile;
    profile.set_parent("firms/f");
    profile.set_profile_id("p");
    profile.mutable_profile()->set_kind(type::COMPANY);
    profile.mutable_profile()->mutable_fields()->set_name("A Ltd");
    profile.mutable_profile()->mutable_fields()->set_website("a.example");
    profile.mutable_profile()->mutable_fields()->set_tax_number(kTaxNumber);
    Must<v1::ProfileService>(&v1::ProfileService::Stub::CreateProfile, profile);
    xpm_.AddClient({.values = {{"Name", "A Ltd"}, {"Website", "elsewhere.example"}}});
  }

  static v1::ExportProfileRequest Request(const std::string& request_id) {
    v1::ExportProfileRequest request;
    request.set_name("firms/f/profiles/p");
    request.set_add_on("firms/f/addOns/xpm");
    request.set_request_id(request_id);
    return request;
  }

  grpc::Status Export(const v1::ExportProfileRequest& request,
                      v1::ExportProfileResponse* response) {
    return Call<v1::ProfileService>(&v1::ProfileService::Stub::ExportProfile, request, response);
  }

  std::vector<v1::SyncOperation> Operations() {
    v1::ListSyncOperationsRequest request;
    request.set_parent("firms/f");
    const auto response =
        Must<v1::SyncService>(&v1::SyncService::Stub::ListSyncOperations, request);
    return {response.sync_operations().begin(), response.sync_operations().end()};
  }

  // As two minutes do.
  void ExpireLeases() const {
    SQLite::Database database((folder_ / "profilesync.db").string(), SQLite::OPEN_READWRITE);
    database.exec("UPDATE leases SET expiry = 0");
  }

  std::size_t Created() const { return xpm_.client_uuids().size() - 1; }
  std::size_t Adds() const { return xpm_.calls("client.api/add").size(); }

  const std::string first_id_ = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
  const std::string second_id_ = "8f14e45f-ceea-467f-a0e6-0d7a0e8a1c11";
};

// The lease of a server that was killed runs on: nothing is begun, and nothing is given up.
TEST_P(ExportKillTest, IsNeverCalledDoneByGuessAndNeverRepeated) {
  v1::ExportProfileResponse response;
  Start(GetParam().failpoint + "=kill");
  EXPECT_EQ(Export(Request(first_id_), &response).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  EXPECT_EQ(Created(), GetParam().created ? 1u : 0u);

  Start("");
  const std::vector<v1::SyncOperation> operations = Operations();
  ASSERT_EQ(operations.size(), GetParam().intent_stored ? 1u : 0u);
  EXPECT_EQ(Adds(), GetParam().created ? 1u : 0u) << "recovery never sends a write";
  if (!GetParam().intent_stored) {
    ASSERT_TRUE(Export(Request(first_id_), &response).ok());
    EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
    return;
  }
  EXPECT_THAT(operations[0].state(),
              ::testing::AnyOf(v1::SyncOperation::PUSHING, v1::SyncOperation::NEEDS_ATTENTION));
  for (const std::string& id : {first_id_, second_id_}) {
    const grpc::Status again = Export(Request(id), &response);
    EXPECT_FALSE(again.ok()) << response.DebugString();
    EXPECT_THAT(again.error_message(), HasSubstr(operations[0].name()));
  }
  EXPECT_EQ(Adds(), GetParam().created ? 1u : 0u);
}

TEST_P(ExportKillTest, IsSettledByTheNextExportOnceNobodyCanBeAtItAnyMore) {
  if (!GetParam().intent_stored) {
    return;
  }
  v1::ExportProfileResponse response;
  Start(GetParam().failpoint + "=kill");
  Export(Request(first_id_), &response);
  EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
  ExpireLeases();

  Start("");
  ASSERT_EQ(Operations().size(), 1u);
  const v1::SyncOperation left = Operations()[0];
  EXPECT_EQ(left.state(), v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_THAT(left.error().message(), HasSubstr("NOT_APPLIED"));
  EXPECT_EQ(Adds(), GetParam().created ? 1u : 0u) << "recovery never sends a write";
  const grpc::Status status = Export(Request(second_id_), &response);
  if (GetParam().created) {
    EXPECT_EQ(response.sync_operation().name(), left.name());
    EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
    EXPECT_EQ(response.practice_client().id(), xpm_.client_uuids().back());
    EXPECT_NE(response.link(), "");
    ASSERT_TRUE(Export(Request(second_id_), &response).ok()) << "the same call finds what it did";
    EXPECT_EQ(response.sync_operation().name(), left.name());
  } else {
    EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
    EXPECT_THAT(status.error_message(), HasSubstr(left.name()));
    EXPECT_EQ(Adds(), 0u);
    ASSERT_TRUE(Export(Request(first_id_), &response).ok()) << "it finds the state";
    EXPECT_EQ(response.sync_operation().name(), left.name());
    v1::ResolveSyncOperationRequest resolve;
    resolve.set_name(left.name());
    resolve.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
    resolve.set_note("looked");
    Must<v1::SyncService>(&v1::SyncService::Stub::ResolveSyncOperation, resolve);
    ASSERT_TRUE(Export(Request(second_id_), &response).ok());
    EXPECT_EQ(response.sync_operation().state(), v1::SyncOperation::DONE);
  }
  EXPECT_EQ(Created(), 1u);
}

INSTANTIATE_TEST_SUITE_P(All, ExportKillTest,
                         ::testing::Values(KillPoint{"export.in_intent", false, false},
                                           KillPoint{"export.after_intent", true, false},
                                           KillPoint{"export.before_add", true, false},
                                           KillPoint{"export.after_add", true, true},
                                           KillPoint{"export.before_outcome", true, true},
                                           KillPoint{"export.in_outcome", true, true}),
                         [](const auto& point) {
                           std::string name = point.param.failpoint;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

}  // namespace
}  // namespace profilesync::testing
