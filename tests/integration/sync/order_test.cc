#include <chrono>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/str_replace.h"
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

// Whether the condition comes true within reason.
template <typename Condition>
bool Eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

class OrderTest : public SyncTest {
 protected:
  // Begins a fetch whose answer dates from now and comes at Release().
  std::thread HoldRefresh(const std::string& link) {
    EXPECT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang, .applied = true})
            .ok());
    std::thread fetching([this, link] { Refresh(link); });
    EXPECT_TRUE(Eventually([&] { return xpm_.hanging() > 0; }));
    return fetching;
  }
};

TEST_F(OrderTest, AFetchThatBeganBeforeAWriteDoesNotUndoIt) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  std::thread fetching = HoldRefresh(link);
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  xpm_.Release();
  fetching.join();
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(OrderTest, AnEarlierFetchDoesNotReplaceALaterOne) {
  const std::string link = MakeLinked("p", CompanyFields(""), {{"Name", "A Ltd"}});
  std::thread fetching = HoldRefresh(link);
  EditClient(link, {{"Website", "newer.example"}});
  Refresh(link);
  xpm_.Release();
  fetching.join();
  EXPECT_EQ(Field(link, "website").practice_value().text(), "newer.example");
}

TEST_F(OrderTest, AFetchThatReturnsAfterAnUnlinkStoresNothing) {
  const std::string link = MakeLinked("p", CompanyFields(""), {{"Name", "A Ltd"}});
  EXPECT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang}).ok());
  grpc::Status refreshed;
  std::thread fetching([&] {
    v1::RefreshLinkRequest request;
    request.set_name(link);
    v1::Diff diff;
    refreshed = Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
  });
  EXPECT_TRUE(Eventually([&] { return xpm_.hanging() > 0; }));
  v1::DeleteLinkRequest unlink;
  unlink.set_name(link);
  google::protobuf::Empty empty;
  EXPECT_TRUE(Call(*links_, &v1::LinkService::Stub::DeleteLink, unlink, &empty).ok());
  xpm_.Release();
  fetching.join();
  EXPECT_EQ(refreshed.error_code(), grpc::StatusCode::NOT_FOUND);
  v1::GetDiffRequest request;
  request.set_name(link + "/diff");
  v1::Diff diff;
  EXPECT_EQ(Call(*syncs_, &v1::SyncService::Stub::GetDiff, request, &diff).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

// With as many threads for practice systems as there are calls that hang, and no place to wait: a
// call that is refused shows that all the others are under way.
class StuckTest : public OrderTest {
 protected:
  static constexpr int kStuck = 64;
  static constexpr int kAtOnce = 5;  // as many as the connector lets go to one tenant

  StuckTest() {
    StopServer();
    config_.practice_threads = kStuck;
    config_.practice_queue = 0;
    // The calls are to hang until they are released, however slow the machine is.
    std::stringstream systems;
    systems << std::ifstream(config_.practice_systems).rdbuf();
    std::ofstream(config_.practice_systems) << absl::StrReplaceAll(
        systems.str(), {{"read_timeout_seconds: 5", "read_timeout_seconds: 100"}});
    StartServer();
  }

  grpc::Status RefreshFor(const std::string& link, std::chrono::milliseconds limit) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + limit);
    v1::RefreshLinkRequest request;
    request.set_name(link);
    v1::Diff diff;
    return syncs_->RefreshLink(&context, request, &diff);
  }

  // Calls until there is a place, which WaitUntilFull may hold for a moment.
  grpc::Status RefreshOnceThereIsRoom(const std::string& link) {
    grpc::Status status;
    for (int i = 0; i < 500; ++i) {
      status = RefreshFor(link, std::chrono::seconds(100));
      if (ReasonOf(status) != "SERVER_BUSY") {
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return status;
  }

  // Whether, soon, kAtOnce calls hang at the practice system and all the others wait behind them.
  bool WaitUntilFull(const std::string& link) {
    return Eventually([&] { return xpm_.hanging() == kAtOnce; }) && Eventually([&] {
             const grpc::Status probe = RefreshFor(link, std::chrono::milliseconds(20));
             return ReasonOf(probe) == "SERVER_BUSY";
           });
  }
};

TEST_F(StuckTest, SavesAreAnsweredAndDiffsReadWhileThePracticeSystemHangs) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get",
                                .kind = FaultKind::kTimeout,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
  std::vector<std::future<grpc::Status>> stuck;
  stuck.reserve(kStuck);
  for (int i = 0; i < kStuck; ++i) {
    stuck.push_back(std::async(std::launch::async, [&] { return RefreshOnceThereIsRoom(link); }));
  }
  EXPECT_TRUE(WaitUntilFull(link));
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_TRUE(Save("p", "fields.website", CompanyFields("b.example")).ok());
  EXPECT_EQ(Field(link, "website").profile_value().text(), "b.example");
  EXPECT_EQ(xpm_.hanging(), kAtOnce);
  for (const auto& call : stuck) {
    EXPECT_EQ(call.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  }
  xpm_.ClearFaults();
  xpm_.Release();
  int unanswered = 0;
  for (auto& call : stuck) {
    const grpc::Status status = call.get();
    if (!status.ok()) {
      ++unanswered;
      EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
      EXPECT_EQ(ReasonOf(status), "PRACTICE_SYSTEM_UNAVAILABLE");
    }
  }
  // Those that hung, but for one on a connection that was used before: that one is sent anew.
  EXPECT_GE(unanswered, kAtOnce - 1);
  EXPECT_LE(unanswered, kAtOnce);
}

TEST_F(OrderTest, FiftySavesOfOneProfileCostAtMostTwoCalls) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  xpm_.ClearCalls();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(
        Save("p", "fields.website", CompanyFields("a" + std::to_string(i) + ".example")).ok());
  }
  ASSERT_TRUE(xpm_.WaitForCalls(1));
  EXPECT_TRUE(Eventually([&] { return !Diff(link).refresh_due(); }));
  EXPECT_LE(xpm_.calls().size(), 2u);
}

TEST_F(OrderTest, ASaveWhileTheServerIsDownIsRefreshedAfterItsStart) {
  const std::string link = MakeLinked("p", CompanyFields("a.example"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kUnavailable}).ok());
  ASSERT_TRUE(Save("p", "fields.website", CompanyFields("b.example")).ok());
  StopServer();
  EditClient(link, {{"Phone", "04 555 0177"}});
  xpm_.ClearFaults();
  StartServer();
  EXPECT_TRUE(Eventually([&] { return !Diff(link).refresh_due(); }));
  EXPECT_EQ(Field(link, "primary_phone").practice_value().text(), "04 555 0177");
}

}  // namespace
}  // namespace profilesync::testing
