// The call budget as callers meet it: the real server before a sandbox that holds its tenant to
// XPM's limits, and logs every call.
#include <atomic>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/integration/sync/fixture.h"

namespace profilesync::testing {
namespace {

using xpm_sandbox::FaultKind;

constexpr char kXpmLimits[] = "calls_per_minute: 60 calls_per_day: 5000";

// In seconds; -1 where there is none.
double RetryDelayOf(const grpc::Status& status) {
  google::rpc::Status parsed;
  parsed.ParseFromString(status.error_details());
  google::rpc::RetryInfo info;
  for (const auto& any : parsed.details()) {
    if (any.UnpackTo(&info)) {
      return static_cast<double>(info.retry_delay().seconds()) + info.retry_delay().nanos() / 1e9;
    }
  }
  return -1;
}

class BudgetIntegrationTest : public SyncTest {
 protected:
  static constexpr int kLinks = 300;

  // That many links; then XPM's limits hold, on both sides.
  void SetUpLinks(int count) {
    for (int i = 0; i < count; ++i) {
      type::ClientFields fields;
      fields.set_name(absl::StrCat("Client ", i));
      links_of_test_.push_back(
          MakeLinked(absl::StrCat("p", i), fields, {{"Name", absl::StrCat("Client ", i)}}));
    }
    config_.practice_queue = 1024;
    RestartWithLimits(kXpmLimits);
    xpm_.SetLimits({.concurrent = 5, .minute = 60, .day = 5000});
    xpm_.ResetLimits();
    xpm_.ClearCalls();
  }

  grpc::Status TryRefresh(const std::string& link) {
    v1::RefreshLinkRequest request;
    request.set_name(link);
    v1::Diff diff;
    return Call(*syncs_, &v1::SyncService::Stub::RefreshLink, request, &diff);
  }

  // Saves every profile, which makes each link due for a refresh that nobody waits for.
  void SaveAll() {
    for (std::size_t i = 0; i < links_of_test_.size(); ++i) {
      type::ClientFields fields;
      fields.set_email(absl::StrCat("a", i, "@client.example"));
      EXPECT_TRUE(Save(absl::StrCat("p", i), "fields.email", fields).ok());
    }
  }

  v1::CallBudget Budget() {
    v1::GetAddOnRequest request;
    request.set_name(kAddOn);
    v1::AddOn add_on;
    EXPECT_TRUE(Call(*add_ons_, &v1::AddOnService::Stub::GetAddOn, request, &add_on).ok());
    return add_on.call_budget();
  }

  void ExpectWithinXpmsLimits() {
    const auto calls = xpm_.calls();
    EXPECT_LE(calls.size(), 60U) << "the test takes less than a minute";
    for (const auto& call : calls) {
      EXPECT_LE(call.in_flight, 5);
      EXPECT_EQ(call.status, 200) << "XPM itself had nothing to refuse";
    }
  }

  std::vector<std::string> links_of_test_;
};

TEST_F(BudgetIntegrationTest, ThreeHundredRefreshesAtOnceKeepToTheLimits) {
  SetUpLinks(kLinks);
  struct Refused {
    absl::Time time;
    double delay;
  };
  std::mutex mutex;
  std::vector<Refused> refused;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (const std::string& link : links_of_test_) {
    threads.emplace_back([&, link] {
      const grpc::Status status = TryRefresh(link);
      if (status.ok()) {
        ++good;
        return;
      }
      EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
      EXPECT_EQ(ReasonOf(status), "PRACTICE_BUDGET_EXHAUSTED") << status.error_message();
      const std::lock_guard lock(mutex);
      refused.push_back({absl::Now(), RetryDelayOf(status)});
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 60);
  EXPECT_EQ(refused.size(), static_cast<std::size_t>(kLinks - 60));
  ExpectWithinXpmsLimits();
  // The first call to end is the first to be a minute old.
  absl::Time first_end = absl::InfiniteFuture();
  for (const auto& call : xpm_.calls()) {
    first_end = std::min(first_end, call.end.value_or(absl::InfiniteFuture()));
  }
  for (const Refused& one : refused) {
    const double right = absl::ToDoubleSeconds(first_end + absl::Minutes(1) - one.time);
    EXPECT_NEAR(one.delay, right, 2);
  }
  EXPECT_EQ(Budget().minute_remaining(), 0);
  EXPECT_EQ(Budget().day_remaining(), 5000 - 60);
}

TEST_F(BudgetIntegrationTest, BackgroundWorkLeavesWhatPeopleNeed) {
  SetUpLinks(80);
  // Or one list would do for all of them.
  ASSERT_TRUE(
      xpm_.InjectFault({.endpoint = "client.api/list", .kind = FaultKind::kUnavailable}).ok());
  SaveAll();
  EXPECT_TRUE(WaitUntil([&] { return xpm_.calls().size() >= 40; }));
  int good = 0;
  grpc::Status last;
  for (const std::string& link : links_of_test_) {
    last = TryRefresh(link);
    good += last.ok() ? 1 : 0;
    if (!last.ok()) {
      break;
    }
  }
  EXPECT_EQ(good, 20);
  EXPECT_EQ(ReasonOf(last), "PRACTICE_BUDGET_EXHAUSTED") << last.error_message();
  EXPECT_EQ(xpm_.calls().size(), 60U);
}

TEST_F(BudgetIntegrationTest, ManySavesAtOnceCostOneList) {
  SetUpLinks(80);
  SaveAll();
  EXPECT_TRUE(WaitUntil([&] { return !xpm_.calls("client.api/list").empty(); }));
  for (const std::string& link : links_of_test_) {
    EXPECT_TRUE(WaitUntil([&] { return !Field(link, "email").field().empty(); }));
  }
  EXPECT_EQ(xpm_.calls("client.api/list").size(), 1U);
  EXPECT_LT(xpm_.calls().size(), 60U) << "the first few saves may have been refreshed one by one";
}

TEST_F(BudgetIntegrationTest, TheBudgetOutlivesARestart) {
  SetUpLinks(1);
  for (int i = 0; i < 60; ++i) {
    EXPECT_TRUE(TryRefresh(links_of_test_[0]).ok());
  }
  StopServer();
  StartServer();
  const grpc::Status status = TryRefresh(links_of_test_[0]);
  EXPECT_EQ(ReasonOf(status), "PRACTICE_BUDGET_EXHAUSTED") << status.error_message();
  EXPECT_EQ(xpm_.calls().size(), 60U);
}

TEST_F(BudgetIntegrationTest, ARefusalOfXpmsClosesTheTenantForAsLongAsItSays) {
  SetUpLinks(1);
  ASSERT_TRUE(xpm_.InjectFault({.kind = FaultKind::kRateDay, .retry_after = 20'000}).ok());
  for (int i = 0; i < 3; ++i) {
    const grpc::Status status = TryRefresh(links_of_test_[0]);
    EXPECT_EQ(ReasonOf(status), "PRACTICE_BUDGET_EXHAUSTED") << status.error_message();
    EXPECT_NEAR(RetryDelayOf(status), 20'000, 30);
  }
  EXPECT_EQ(xpm_.calls().size(), 1U) << "nobody is asked in vain";
  EXPECT_TRUE(Budget().has_closed_until_time());
}

TEST_F(BudgetIntegrationTest, ASyncThatCouldNotReadItsWriteBackIsNotBegun) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website("https://a.example");
  const std::string link = MakeLinked("p", fields, {{"Name", "A Ltd"}});
  RestartWithLimits("calls_per_minute: 4 calls_per_day: 0");
  xpm_.ClearCalls();
  const v1::SyncProfileRequest request = Request(link, {{"website", v1::TO_PRACTICE}});
  EXPECT_TRUE(TryRefresh(link).ok());
  EXPECT_TRUE(TryRefresh(link).ok());
  v1::SyncOperation operation;
  const grpc::Status status = Sync(request, &operation);
  EXPECT_EQ(ReasonOf(status), "PRACTICE_BUDGET_EXHAUSTED") << status.error_message();
  EXPECT_EQ(xpm_.calls().size(), 2U);
  EXPECT_EQ(Client(link).Get("Website"), "");
}

TEST_F(BudgetIntegrationTest, ASyncGivesBackWhatItDidNotUse) {
  type::ClientFields fields;
  fields.set_name("A Ltd");
  fields.set_website("https://a.example");
  const std::string link = MakeLinked("p", fields, {{"Name", "A Ltd"}});
  RestartWithLimits("calls_per_minute: 4 calls_per_day: 0");
  const v1::SyncOperation operation = Sync(Request(link, {{"website", v1::TO_PRACTICE}}));
  EXPECT_EQ(operation.state(), v1::SyncOperation::DONE);
  EXPECT_TRUE(WaitUntil([&] { return Budget().minute_remaining() == 2; }));
}

}  // namespace
}  // namespace profilesync::testing
