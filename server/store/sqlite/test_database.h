#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/store/sqlite/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::store {

// A directory with a database, for the tests of what is SQLite's own.
class TestDatabase {
 public:
  TestDatabase() {
    options_.path = folder_.File("store.db");
    options_.sealer = &sealer_;
    options_.reader_connections = 2;
    options_.busy_timeout = absl::Milliseconds(2'000);
    options_.probe_interval = absl::Milliseconds(10);
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  SqliteOptions& options() { return options_; }
  const std::string& path() const { return options_.path; }

  absl::StatusOr<std::unique_ptr<SqliteStore>> TryOpen() { return SqliteStore::Open(options_); }
  std::unique_ptr<SqliteStore> Open() {
    auto store = TryOpen();
    EXPECT_TRUE(store.ok()) << store.status();
    return *std::move(store);
  }

  // Runs SQL as another program would; gives the rows, columns joined by "|".
  std::vector<std::string> Sql(const std::string& sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 2'000);
    std::vector<std::string> rows;
    const auto collect = [](void* out, int count, char** values, char**) {
      std::string row;
      for (int i = 0; i < count; ++i) {
        row += (i > 0 ? "|" : "") + std::string(values[i] == nullptr ? "" : values[i]);
      }
      static_cast<std::vector<std::string>*>(out)->push_back(row);
      return 0;
    };
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), collect, &rows, &error), SQLITE_OK) << error;
    sqlite3_free(error);
    sqlite3_close(database);
    return rows;
  }

  // Every byte of the database and the files beside it.
  std::string AllBytes() const {
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }

 private:
  const TemporaryFolder folder_;
  Sealer sealer_{SealingKey::Random()};
  SqliteOptions options_;
};

}  // namespace profilesync::store
