// A practice system that hangs, with as many calls stuck in it as there are threads for them.
#include <algorithm>
#include <future>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/verbs/fixture.h"

namespace profilesync::testing {
namespace {

constexpr int kStuck = 64;

// By how many calls may be under way: as many as are stuck, or so many that the automatic refresh,
// which leaves people half of them, gets stuck as well.
class StuckRefreshesTest : public VerbsTest, public ::testing::WithParamInterface<int> {
 protected:
  StuckRefreshesTest()
      : VerbsTest(XpmAccess::kTokenFile,
                  absl::StrCat("read_timeout_seconds: 60 write_timeout_seconds: 2 max_in_flight: ",
                               GetParam())) {}
  ~StuckRefreshesTest() override {
    xpm_.ClearFaults();
    xpm_.Release();
  }

  std::string Make(const std::string& id) {
    return MakeLinked(id, Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  }

  // Refreshes of so many links, each of which hangs in the practice system.
  void GetStuck() {
    ASSERT_EQ(config_.practice_threads, kStuck) << "all of the server's";
    std::vector<std::string> links;
    for (int i = 0; i < kStuck; ++i) {
      links.push_back(Make(absl::StrCat("stuck", i)));
    }
    ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get",
                                  .kind = xpm_sandbox::FaultKind::kHang,
                                  .times = xpm_sandbox::Fault::kUntilCleared})
                    .ok());
    for (const std::string& link : links) {
      refreshes_.push_back(
          std::async(std::launch::async, [this, link] { return TryRefresh(link); }));
    }
    ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == kStuck; }));
  }

  bool AllStuck() const {
    return std::all_of(refreshes_.begin(), refreshes_.end(), [](const auto& refresh) {
      return refresh.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
    });
  }

  int GetsOf(const std::string& client) const {
    const auto calls = xpm_.calls("client.api/get");
    return static_cast<int>(std::count_if(calls.begin(), calls.end(), [&](const auto& call) {
      return absl::StrContains(call.path, client);
    }));
  }

  std::vector<std::future<grpc::Status>> refreshes_;
};

TEST_P(StuckRefreshesTest, FiftySavesGoThroughAndCostTwoCallsAtMost) {
  constexpr int kSaves = 50;
  // So that the server looks for what is due many times meanwhile.
  constexpr absl::Duration kBetweenSaves = absl::Milliseconds(40);
  const std::string link = Make("p");
  const std::string client = Diff(link).practice_client_id();
  GetStuck();
  xpm_.ClearCalls();
  for (int i = 1; i <= kSaves; ++i) {
    const grpc::Status saved =
        Save("p", "fields.website", Fields(absl::StrCat("website: 'a", i, ".example'")));
    ASSERT_TRUE(saved.ok()) << saved.error_message();
    EXPECT_EQ(Field(link, "website").profile_value().text(), absl::StrCat("a", i, ".example"));
    if (i == 1 && GetParam() > kStuck) {
      ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == kStuck + 1; }));
    }
    absl::SleepFor(kBetweenSaves);
  }
  EXPECT_TRUE(Diff(link).refresh_due());
  EXPECT_TRUE(AllStuck());
  EXPECT_EQ(GetsOf(client), GetParam() > kStuck ? 1 : 0);

  EditClient(link, {{"Website", "practice.example"}});
  xpm_.ClearFaults();
  xpm_.Release();
  for (std::future<grpc::Status>& refresh : refreshes_) {
    const grpc::Status status = refresh.get();
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  const auto refreshed = [&] { return !Diff(link).refresh_due(); };
  // One that found no room has been put off, on a slow machine twice.
  ASSERT_TRUE(WaitUntil(refreshed) || WaitUntil(refreshed));
  EXPECT_GE(GetsOf(client), 1);
  EXPECT_LE(GetsOf(client), 2);
  EXPECT_TRUE(xpm_.calls("client.api/list").empty()) << "nor by a list";
  EXPECT_EQ(Field(link, "website").practice_value().text(), "practice.example");
  EXPECT_EQ(Field(link, "website").profile_value().text(), absl::StrCat("a", kSaves, ".example"));
}

// With one thread for what no caller waits for.
class StuckRunTest : public VerbsTest {
 protected:
  StuckRunTest()
      : VerbsTest(XpmAccess::kTokenFile, "read_timeout_seconds: 60 write_timeout_seconds: 2") {
    StopServer();
    config_.background_threads = 1;
    config_.read_back_times = {.first = absl::Milliseconds(100), .second = absl::Milliseconds(500)};
    StartServer();
  }
  ~StuckRunTest() override {
    xpm_.ClearFaults();
    xpm_.Release();
  }
};

TEST_F(StuckRunTest, ALongRunKeepsNothingFromBeingReadBack) {
  const std::string link =
      MakeLinked("p", Fields("name: 'A Ltd' website: 'a.example'"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/list", .kind = xpm_sandbox::FaultKind::kHang})
          .ok());
  v1::RefreshFirmRequest request;
  request.set_name(kFirm);
  google::longrunning::Operation run;
  ASSERT_TRUE(Call(*syncs_, &v1::SyncService::Stub::RefreshFirm, request, &run).ok());
  ASSERT_TRUE(WaitUntil([&] { return xpm_.hanging() == 1; }));

  const std::string operation = LeaveUnfinished(link);
  EXPECT_TRUE(WaitUntil([&] { return Operation(operation).state() == v1::SyncOperation::FAILED; }))
      << Operation(operation).DebugString();
  EXPECT_FALSE(LongOperation(run.name()).done());
}

INSTANTIATE_TEST_SUITE_P(InFlight, StuckRefreshesTest, ::testing::Values(kStuck, 4 * kStuck));

}  // namespace
}  // namespace profilesync::testing
