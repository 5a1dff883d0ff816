#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::store {

// One connection to the database, with the statements that were prepared on it. Not thread-safe:
// whoever uses it, has it alone. Throws SQLite::Exception, but for Open; see Guard.
class Connection {
 public:
  // kLook reads and leaves the database as it is, and its log too, which may get its index (-shm)
  // back. There must be no rollback journal.
  enum class Use { kRead, kWrite, kLook };

  // The file must exist. `busy_timeout` is how long to wait for another process's lock.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path, Use use,
                                                          absl::Duration busy_timeout);

  // The statement for `sql`, prepared at its first use.
  SQLite::Statement& Prepare(std::string_view sql);

  // Runs a statement that gives no rows, prepared and kept.
  void Run(std::string_view sql);
  // Runs any number of statements, not kept.
  void Execute(const std::string& sql) { database_.exec(sql); }
  // The one integer that `sql` gives; not kept.
  std::int64_t Value(const std::string& sql);

  // How many rows the last INSERT, UPDATE or DELETE changed.
  int changes() const { return database_.getChanges(); }
  bool in_transaction() const;
  sqlite3* handle() const { return database_.getHandle(); }

 private:
  Connection(const std::string& path, Use use, absl::Duration busy_timeout);

  SQLite::Database database_;
  std::map<std::string, SQLite::Statement, std::less<>> statements_;
};

// One run of a prepared statement, from binding to reset. The columns' texts stay valid until the
// next Step.
class Query {
 public:
  Query(Connection& connection, std::string_view sql) : statement_(connection.Prepare(sql)) {}
  ~Query() { statement_.tryReset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Bind the next parameter.
  Query& Text(std::string_view text);
  Query& TextOrNull(std::string_view text);  // NULL for ""
  Query& Blob(std::string_view bytes);
  Query& Int(std::int64_t value);
  Query& Null();
  // Sorts behind every number and text: where a descending list starts.
  Query& Greatest() { return Blob({}); }

  // Goes to the next row; false when there is none.
  bool Step() { return statement_.executeStep(); }
  // Runs a statement that gives no rows.
  void Run() { statement_.exec(); }

  std::string_view Bytes(int column);
  std::int64_t Number(int column) { return statement_.getColumn(column).getInt64(); }
  bool IsNull(int column) { return statement_.isColumnNull(column); }

 private:
  SQLite::Statement& statement_;
  int bound_ = 0;
};

}  // namespace profilesync::store
