// The contract, over SQLite.
#include "server/store/sqlite/sqlite_store.h"

#include <cstdlib>
#include <filesystem>

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

INSTANTIATE_TEST_SUITE_P(
    Sqlite, StoreContract,
    ::testing::Values(StoreMaker{"grouped", [] { return std::make_unique<SqliteHarness>(128); }},
                      StoreMaker{"one_by_one", [] { return std::make_unique<SqliteHarness>(1); }}),
    StoreMaker::NameOf);

}  // namespace
}  // namespace profilesync::store
