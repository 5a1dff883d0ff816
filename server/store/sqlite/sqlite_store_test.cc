// The contract, over SQLite.
#include "server/store/sqlite/sqlite_store.h"

#include <time.h>

#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/store/contract/store_contract.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::store {
namespace {

class SqliteHarness final : public StoreHarness {
 public:
  explicit SqliteHarness(int max_group) {
    options_.path = folder_.File("store.db");
    options_.sealer = &sealer_;
    options_.reader_connections = 4;  // fewer than the threads, so that some wait
    options_.max_group = max_group;
    Reopen();
  }
  Store& store() override { return *store_; }

  bool Reopen() override {
    store_ = nullptr;
    auto store = SqliteStore::Open(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    return true;
  }

  bool ReopenWithQueue(int max_queued) override {
    options_.max_queued_writes = max_queued;
    return Reopen();
  }

 private:
  const TemporaryFolder folder_;
  Sealer sealer_{SealingKey::Random()};
  SqliteOptions options_;
  std::unique_ptr<SqliteStore> store_;
};

// Of this thread alone: what else the machine does doesn't count.
absl::Duration CpuTime() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return absl::DurationFromTimespec(time);
}

constexpr int kLinks = 2000;

// Puts each link into the queue, or takes it out, all in one unit. What the first and the last
// quarter of them took.
std::pair<absl::Duration, absl::Duration> PutAll(Store& store, bool differ) {
  constexpr int kFields = 4;
  std::vector<absl::Duration> times;  // of each
  const absl::Status stored = store.WriteAndWait([&](Transaction& t) {
    for (int i = 0; i < kLinks; ++i) {
      const absl::Duration start = CpuTime();
      DiffRow row{.link_id = absl::StrCat(i), .diff = std::string(3000, 'x'), .sequence = i};
      row.add_on_id = "a";
      row.differ_time = absl::FromUnixSeconds(i);
      for (int field = 1; differ && field <= kFields; ++field) {
        row.differing.push_back({field, 1});
      }
      EXPECT_TRUE(t.PutDiff("f", row).ok());
      times.push_back(CpuTime() - start);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(stored.ok()) << stored;
  EXPECT_EQ(times.size(), kLinks);
  const auto sum = [](auto begin, auto end) {
    return std::accumulate(begin, end, absl::ZeroDuration());
  };
  return {sum(times.begin(), times.begin() + kLinks / 4),
          sum(times.end() - kLinks / 4, times.end())};
}

// A row costs the same however much its unit has done already: many links may change in one.
TEST(SqliteStoreTest, ALargeUnitDoesNotSlowDown) {
  SqliteHarness harness(1);
  PutAll(harness.store(), /*differ=*/true);
  const auto [first, last] = PutAll(harness.store(), /*differ=*/false);
  EXPECT_LT(last, 4 * first) << "the first quarter took " << first;
}

INSTANTIATE_TEST_SUITE_P(
    Sqlite, StoreContract,
    ::testing::Values(StoreMaker{"grouped", [] { return std::make_unique<SqliteHarness>(128); }},
                      StoreMaker{"one_by_one", [] { return std::make_unique<SqliteHarness>(1); }}),
    StoreMaker::NameOf);

}  // namespace
}  // namespace profilesync::store
