#include <thread>

#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

type::ClientFields Named(const std::string& website) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website(website);
  return fields;
}

class OrderTest : public SyncTest {
 protected:
  // Begins a fetch whose answer dates from now and comes at Release().
  std::thread HoldRefresh(const std::string& link) {
    EXPECT_TRUE(
        xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang, .applied = true})
            .ok());
    std::thread fetching([this, link] { Refresh(link); });
    while (xpm_.hanging() == 0) {
      std::this_thread::yield();
    }
    return fetching;
  }
};

TEST_F(OrderTest, AFetchThatBeganBeforeAWriteDoesNotUndoIt) {
  const std::string link = MakeLinked("p", Named("a.example"), {{"Name", "A Ltd"}});
  std::thread fetching = HoldRefresh(link);
  EXPECT_EQ(Sync(Request(link, {{"website", v1::TO_PRACTICE}})).state(), v1::SyncOperation::DONE);
  xpm_.Release();
  fetching.join();
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::IN_SYNC);
}

TEST_F(OrderTest, AnEarlierFetchDoesNotReplaceALaterOne) {
  const std::string link = MakeLinked("p", Named(""), {{"Name", "A Ltd"}});
  std::thread fetching = HoldRefresh(link);
  EditClient(link, {{"Website", "newer.example"}});
  Refresh(link);
  xpm_.Release();
  fetching.join();
  EXPECT_EQ(Field(link, "website").practice_value().text(), "newer.example");
}

TEST_F(OrderTest, AFetchThatReturnsAfterAnUnlinkStoresNothing) {
  const std::string link = MakeLinked("p", Named(""), {{"Name", "A Ltd"}});
  EXPECT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kHang}).ok());
  grpc::Status refreshed;
  std::thread fetching([&] {
    v1::RefreshLinkRequest request;
    request.set_name(link);
    v1::Diff diff;
    refreshed = Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
  });
  while (xpm_.hanging() == 0) {
    std::this_thread::yield();
  }
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

TEST_F(OrderTest, SavesAreAnsweredAndDiffsReadWhileThePracticeSystemHangs) {
  const std::string link = MakeLinked("p", Named("a.example"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(xpm_.InjectFault({.endpoint = "client.api/get",
                                .kind = FaultKind::kTimeout,
                                .times = xpm_sandbox::Fault::kUntilCleared})
                  .ok());
  constexpr int kStuck = 64;
  std::vector<std::thread> stuck;
  for (int i = 0; i < kStuck; ++i) {
    stuck.emplace_back([&] {
      v1::RefreshLinkRequest request;
      request.set_name(link);
      v1::Diff diff;
      Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
    });
  }
  while (xpm_.hanging() == 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(Field(link, "website").state(), v1::FieldDiff::NEVER_SYNCED);
  EXPECT_TRUE(Save("p", "fields.website", Named("b.example")).ok());
  EXPECT_EQ(Field(link, "website").profile_value().text(), "b.example");
  xpm_.ClearFaults();
  xpm_.Release();
  for (std::thread& thread : stuck) {
    thread.join();
  }
}

TEST_F(OrderTest, FiftySavesOfOneProfileCostAtMostTwoCalls) {
  const std::string link = MakeLinked("p", Named("a.example"), {{"Name", "A Ltd"}});
  xpm_.ClearCalls();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(Save("p", "fields.website", Named("a" + std::to_string(i) + ".example")).ok());
  }
  ASSERT_TRUE(xpm_.WaitForCalls(1));
  while (Diff(link).refresh_due()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_LE(xpm_.calls().size(), 2u);
}

TEST_F(OrderTest, ASaveWhileTheServerIsDownIsRefreshedAfterItsStart) {
  const std::string link = MakeLinked("p", Named("a.example"), {{"Name", "A Ltd"}});
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/get", .kind = FaultKind::kUnavailable}).ok());
  ASSERT_TRUE(Save("p", "fields.website", Named("b.example")).ok());
  StopServer();
  EditClient(link, {{"Phone", "04 555 0177"}});
  xpm_.ClearFaults();
  StartServer();
  while (Diff(link).refresh_due()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(Field(link, "primary_phone").practice_value().text(), "04 555 0177");
}

}  // namespace
}  // namespace profilesync::testing
