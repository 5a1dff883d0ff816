// A server that is killed while it syncs, and what the next one makes of it once its read-backs
// have run: what they show, and never a guess. The next one runs in this process, where it needn't
// wait for a minute: how long it does has no flag.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "profilesync/v1/profile_service.grpc.pb.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "server/app/app.h"
#include "tests/integration/crash/fixture.h"
#include "tests/support/captured_log.h"

namespace profilesync::testing {
namespace {

using State = v1::SyncOperation;

// Where the server is killed, what it was writing, what the practice's staff made of it meanwhile,
// and what there is to be found in the end.
struct Row {
  std::string name;
  std::string failpoint;
  std::string field;  // pushed; primary_phone is pulled beside it
  std::string staff;  // Website that they set; "" for nothing
  bool pushed;
  State::State state;
  std::string outcome;  // of the pushed field
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class ReadBackCrashTest : public ServerProcessTest, public ::testing::WithParamInterface<Row> {
 protected:
  ReadBackCrashTest() : ServerProcessTest({.token = kXpmToken, .limits = {0, 0, 0, 0}}) {
    sweep_.AddSecret(kTaxNumber);
    SetUpXpm(kXpmToken);
    std::tie(client_, link_) = MakeLinked(kTaxNumber);
  }

  v1::FieldDiff Field(const std::string& name) {
    v1::GetDiffRequest request;
    request.set_name(link_ + "/diff");
    const auto diff = Must<v1::SyncService>(&v1::SyncService::Stub::GetDiff, request);
    for (const v1::FieldDiff& field : diff.fields()) {
      if (field.field() == name) {
        return field;
      }
    }
    ADD_FAILURE() << "the diff has no " << name;
    return {};
  }

  v1::SyncProfileRequest Request() {
    v1::SyncProfileRequest request;
    request.set_name("firms/f/profiles/p");
    request.set_request_id("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");
    for (const auto& [name, direction] :
         {std::pair(GetParam().field, v1::TO_PRACTICE),
          std::pair(std::string("primary_phone"), v1::TO_PROFILE)}) {
      v1::FieldSync* sync = request.add_fields();
      sync->set_field(name);
      sync->set_direction(direction);
      sync->set_etag(Field(name).etag());
    }
    return request;
  }

  v1::SyncOperation Operation() {
    v1::ListSyncOperationsRequest request;
    request.set_parent("firms/f");
    const auto list = Must<v1::SyncService>(&v1::SyncService::Stub::ListSyncOperations, request);
    EXPECT_EQ(list.sync_operations_size(), 1);
    return list.sync_operations_size() == 1 ? list.sync_operations(0) : v1::SyncOperation();
  }

  // Kills the server in the midst of the sync.
  void KillIn(const v1::SyncProfileRequest& request) {
    Start(GetParam().failpoint + "=kill");
    v1::SyncOperation operation;
    const grpc::Status status =
        Call<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request, &operation);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_EQ(server_->WaitForEnd(), SIGKILL);
    server_ = nullptr;
    ASSERT_EQ(Writes(), GetParam().pushed ? 1 : 0);
  }

  void ExpectFoundByItsRequestId(const v1::SyncProfileRequest& request,
                                 const v1::SyncOperation& operation) {
    const int writes = Writes();
    const auto again = Must<v1::SyncService>(&v1::SyncService::Stub::SyncProfile, request);
    if (operation.state() == State::FAILED) {
      EXPECT_NE(again.name(), operation.name()) << "nothing was written: it may be made again";
      EXPECT_EQ(again.state(), State::DONE);
      EXPECT_EQ(xpm_.GetClient(client_)->Get("Website"), "a.example");
      EXPECT_EQ(Writes(), writes + 1);
    } else {
      EXPECT_EQ(again.DebugString(), operation.DebugString());
      EXPECT_EQ(Writes(), writes);
    }
  }

  // A server in this process, two minutes later: by then the lease of the killed one is over.
  void StartHere() {
    SQLite::Database((folder_ / "profilesync.db").string(), SQLite::OPEN_READWRITE)
        .exec("UPDATE leases SET expiry = 0");
    app::Config config;
    config.listen = "127.0.0.1:0";
    config.database = folder_ / "profilesync.db";
    config.key_file = config.database + ".key";
    config.practice_systems = folder_ / "systems.textproto";
    config.drain = absl::Seconds(2);
    config.read_back_times = {.first = absl::Milliseconds(300), .second = absl::Seconds(3)};
    log_ = std::make_unique<CapturedLog>(folder_ / "here.log");
    auto app = app::App::Start(config);
    ASSERT_TRUE(app.ok()) << app.status();
    app_ = *std::move(app);
    Dial(app_->address());
  }

  ~ReadBackCrashTest() override {
    app_ = nullptr;
    log_ = nullptr;
  }

  static bool WaitUntil(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  int Writes() const { return static_cast<int>(xpm_.calls("client.api/update").size()); }
  int Reads() const { return static_cast<int>(xpm_.calls("client.api/get").size()); }

  std::string client_;
  std::string link_;
  std::unique_ptr<CapturedLog> log_;
  std::unique_ptr<app::App> app_;
};

TEST_P(ReadBackCrashTest, WhatBecameOfItIsWhatTheReadBacksShow) {
  const v1::SyncProfileRequest request = Request();
  KillIn(request);
  if (!GetParam().staff.empty()) {
    ASSERT_TRUE(xpm_.EditClient(client_, {.values = {{"Website", GetParam().staff}}}).ok());
  }
  const int reads = Reads();
  StartHere();
  if (GetParam().state == State::FAILED) {
    ASSERT_TRUE(WaitUntil([&] { return Reads() > reads; }));
    EXPECT_EQ(Operation().state(), State::UNKNOWN) << "one read that shows nothing proves nothing";
  }
  ASSERT_TRUE(WaitUntil([&] { return Operation().state() != State::UNKNOWN; }));
  const v1::SyncOperation operation = Operation();
  EXPECT_EQ(operation.state(), GetParam().state) << operation.DebugString();
  ASSERT_EQ(operation.field_results_size(), 2);
  EXPECT_EQ(v1::FieldResult::Outcome_Name(operation.field_results(0).outcome()),
            GetParam().outcome);
  // The profile's half and the outcome are one transaction, which the killed server never made.
  EXPECT_EQ(operation.field_results(1).outcome(), v1::FieldResult::NOT_APPLIED);
  EXPECT_EQ(Field("primary_phone").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_EQ(Field(GetParam().field).pending_operation(),
            GetParam().state == State::NEEDS_ATTENTION ? operation.name() : "");
  EXPECT_EQ(Writes(), GetParam().pushed ? 1 : 0) << "recovery never sends a write";
  ExpectFoundByItsRequestId(request, operation);
}

INSTANTIATE_TEST_SUITE_P(
    All, ReadBackCrashTest,
    ::testing::Values(
        Row{"Intended", "sync.after_intent", "website", "", false, State::FAILED, "NOT_APPLIED"},
        Row{"NotSent", "sync.before_push", "website", "", false, State::FAILED, "NOT_APPLIED"},
        Row{"Sent", "sync.after_push", "website", "", true, State::PARTLY_DONE, "APPLIED"},
        Row{"NotStored", "sync.in_outcome", "website", "", true, State::PARTLY_DONE, "APPLIED"},
        // A third value, and one that is masked, tell nothing.
        Row{"NotSentAndEdited", "sync.before_push", "website", "staff.example", false,
            State::NEEDS_ATTENTION, "UNKNOWN"},
        Row{"SentAndEdited", "sync.after_push", "website", "staff.example", true,
            State::NEEDS_ATTENTION, "UNKNOWN"},
        Row{"MaskedNotSent", "sync.before_push", "tax_number", "", false, State::NEEDS_ATTENTION,
            "UNKNOWN"},
        Row{"MaskedSent", "sync.after_push", "tax_number", "", true, State::NEEDS_ATTENTION,
            "UNKNOWN"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace profilesync::testing
