// The parts that the composition root makes for itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/time/clock.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "google/protobuf/text_format.h"
#include "server/app/health_monitor.h"
#include "server/app/practice_systems.h"
#include "server/app/process.h"
#include "server/app/random_ids.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_environment.h"

namespace profilesync::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RandomIdsTest, AreValidUniqueAndSortByTime) {
  testing::ManualClock clock;
  RandomIds ids(clock);
  std::set<std::string> seen;
  std::string before;
  for (int i = 0; i < 100; ++i) {
    clock.Advance(absl::Milliseconds(1));
    const std::string id = ids.NewId();
    EXPECT_TRUE(IsValidId(id)) << id;
    EXPECT_EQ(id.size(), 26u);
    EXPECT_GT(id, before);
    before = id;
    seen.insert(id);
  }
  for (int i = 0; i < 1000; ++i) {
    seen.insert(ids.NewId());  // of one millisecond
  }
  EXPECT_EQ(seen.size(), 1100u);
}

config::v1::PracticeSystemsConfig Parse(const std::string& text) {
  config::v1::PracticeSystemsConfig config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &config));
  return config;
}

TEST(PracticeSystemsTest, ListsAllThatIsWrong) {
  const SystemClock clock;
  const auto made = PracticeSystems::Make(Parse(R"pb(
                                            practice_systems { id: "Bad Id" }
                                            practice_systems {
                                              id: "xpm"
                                              xpm { base_url: "ftp://x" }
                                            }
                                          )pb"),
                                          clock);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kFailedPrecondition);
  const std::string message(SV(made.status().message()));
  EXPECT_THAT(message, HasSubstr("\"Bad Id\": id must be"));
  EXPECT_THAT(message, HasSubstr("\"Bad Id\": it must say how it is reached"));
  EXPECT_THAT(message, HasSubstr("\"xpm\": "));
}

TEST(PracticeSystemsTest, FirmsConnectToTheTenantsGrantedToThem) {
  const SystemClock clock;
  const TemporaryFolder folder;
  std::ofstream(folder.File("token")) << "token-of-the-practice-system";
  std::filesystem::permissions(folder.File("token"), std::filesystem::perms::owner_read);
  config::v1::PracticeSystemsConfig config = Parse(R"pb(
    practice_systems {
      id: "xpm"
      xpm { base_url: "http://127.0.0.1:9/3.1/" }
    }
  )pb");
  auto* system = config.mutable_practice_systems(0);
  system->mutable_xpm()->set_token_file(folder.File("token"));
  const auto open = PracticeSystems::Make(config, clock);
  ASSERT_TRUE(open.ok()) << open.status();
  EXPECT_TRUE((*open)->MayConnect("xpm", "acme", "t1"));
  EXPECT_FALSE((*open)->MayConnect("aps", "acme", "t1"));

  auto* grant = system->add_tenant_grants();
  grant->set_tenant_id("t1");
  grant->add_firms("acme");
  const auto granted = PracticeSystems::Make(config, clock);
  ASSERT_TRUE(granted.ok()) << granted.status();
  EXPECT_TRUE((*granted)->MayConnect("xpm", "acme", "t1"));
  EXPECT_FALSE((*granted)->MayConnect("xpm", "beta", "t1"));
  EXPECT_FALSE((*granted)->MayConnect("xpm", "acme", "t2"));

  grant->add_firms("firms/beta");
  EXPECT_THAT(std::string(SV(PracticeSystems::Make(config, clock).status().message())),
              HasSubstr("tenant_grants"));
}

TEST(PracticeSystemsTest, WithoutAnyThereAreNone) {
  const SystemClock clock;
  const auto made = PracticeSystems::Make({}, clock);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ((*made)->Find("xpm"), nullptr);
  EXPECT_TRUE((*made)->Ids().empty());
}

// A store of which only the health is asked.
class FakeStore final : public store::Store {
 public:
  absl::Status Read(absl::FunctionRef<absl::Status(const store::Reader&)>) override {
    MutexLock lock(&mutex_);
    if (!found_by_reading_.ok()) {
      health_ = found_by_reading_;
    }
    return absl::UnimplementedError("");
  }
  void Write(WriteBody, WriteDone) override {}
  absl::Status Health() override {
    MutexLock lock(&mutex_);
    return health_;
  }
  void Set(absl::Status health) {
    MutexLock lock(&mutex_);
    health_ = std::move(health);
  }
  // What the health is once something was read.
  void SetFoundByReading(absl::Status health) {
    MutexLock lock(&mutex_);
    found_by_reading_ = std::move(health);
  }

 private:
  Mutex mutex_;
  absl::Status found_by_reading_ ABSL_GUARDED_BY(mutex_);
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
};

// Reports, as they come, on any thread.
class Reports {
 public:
  void Add(bool healthy) {
    MutexLock lock(&mutex_);
    reports_.push_back(healthy);
    arrived_.NotifyAll();
  }
  std::vector<bool> Await(std::size_t count) {
    MutexLock lock(&mutex_);
    while (reports_.size() < count) {
      arrived_.Wait(&mutex_);
    }
    return reports_;
  }

 private:
  Mutex mutex_;
  CondVar arrived_;
  std::vector<bool> reports_ ABSL_GUARDED_BY(mutex_);
};

TEST(HealthMonitorTest, TellsTheTruthAtOnceAndEveryChange) {
  FakeStore store;
  Reports reports;
  store.Set(absl::UnavailableError("the disk is full"));
  HealthMonitor monitor(store, absl::Milliseconds(1), [&](bool healthy) { reports.Add(healthy); });
  reports.Await(1);
  store.Set(absl::OkStatus());
  reports.Await(2);
  store.Set(absl::UnavailableError("the disk is full again"));
  EXPECT_THAT(reports.Await(3), ElementsAre(false, true, false));
}

TEST(HealthMonitorTest, ReadsBeforeItCallsAStoreHealthy) {
  FakeStore store;
  Reports reports;
  store.SetFoundByReading(absl::UnavailableError("the file is damaged"));
  HealthMonitor monitor(store, absl::Milliseconds(1), [&](bool healthy) { reports.Add(healthy); });
  EXPECT_THAT(reports.Await(1), ElementsAre(false));
}

// Stops as main() does, after one signal; then has another come, `later`, and ends in order.
void StopAndSignalAgain(absl::Duration later) {
  StopSignals stop;
  ::kill(::getpid(), SIGTERM);
  ::kill(::getpid(), SIGINT);  // before the first one is even seen
  stop.Wait();
  stop.Release();
  absl::SleepFor(later);
  ::kill(::getpid(), SIGTERM);
  absl::SleepFor(absl::Milliseconds(100));
  std::_Exit(0);
}

TEST(StopSignalsDeathTest, OneThatIsSaidTwiceIsOne) {
  EXPECT_EXIT(StopAndSignalAgain(absl::Milliseconds(50)), ::testing::ExitedWithCode(0), "");
}

TEST(StopSignalsDeathTest, ASecondOneEndsTheProcess) {
  EXPECT_EXIT(StopAndSignalAgain(absl::Seconds(1)), ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace profilesync::app
