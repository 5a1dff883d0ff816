#include "server/store/sqlite/connection.h"

#include <sqlite3.h>

#include <filesystem>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/store/sqlite/guard.h"

namespace profilesync::store {
namespace {

// A path that begins with "file:" would be read as a URI.
std::string AsFile(const std::string& path) { return path.starts_with('/') ? path : "./" + path; }

// SQLite would make a write-ahead log, and leave it, only to read a file that has none. Without one
// nobody has the file open, and all is in it.
std::string ToLookAt(const std::string& path) {
  std::error_code error;
  const bool alone = !std::filesystem::exists(path + "-wal", error);
  return absl::StrCat(path.starts_with('/') ? "file://" : "file:",
                      absl::StrReplaceAll(AsFile(path), {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}}),
                      alone ? "?immutable=1" : "");
}

int FlagsOf(Connection::Use use) {
  return SQLite::OPEN_NOMUTEX |
         (use == Connection::Use::kLook ? SQLite::OPEN_READONLY | SQLite::OPEN_URI
                                        : SQLite::OPEN_READWRITE);
}

}  // namespace

// One thread at a time uses a connection, so SQLite needn't lock it.
Connection::Connection(const std::string& path, Use use, absl::Duration busy_timeout)
    : database_(use == Use::kLook ? ToLookAt(path) : AsFile(path), FlagsOf(use),
                static_cast<int>(absl::ToInt64Milliseconds(busy_timeout))) {}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Use use,
                                                             absl::Duration busy_timeout) {
  return Guard([&]() -> absl::StatusOr<std::unique_ptr<Connection>> {
    auto connection = std::unique_ptr<Connection>(new Connection(path, use, busy_timeout));
    connection->Execute("PRAGMA synchronous = FULL");
    connection->Execute("PRAGMA foreign_keys = ON");
    connection->Execute("PRAGMA wal_autocheckpoint = 0");
    connection->Execute("PRAGMA cache_size = -8192");
    connection->Execute("PRAGMA temp_store = MEMORY");
    if (use != Use::kWrite) {
      connection->Execute("PRAGMA query_only = ON");
    }
    return connection;
  });
}

SQLite::Statement& Connection::Prepare(std::string_view sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) {
    return found->second;
  }
  return statements_
      .emplace(std::piecewise_construct, std::forward_as_tuple(sql),
               std::forward_as_tuple(database_, std::string(sql)))
      .first->second;
}

void Connection::Run(std::string_view sql) { Query(*this, sql).Run(); }

std::int64_t Connection::Value(const std::string& sql) {
  return database_.execAndGet(sql).getInt64();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(database_.getHandle()) == 0;
}

Query& Query::Text(std::string_view text) {
  statement_.bind(++bound_, std::string(text));
  return *this;
}

Query& Query::TextOrNull(std::string_view text) { return text.empty() ? Null() : Text(text); }

Query& Query::Blob(std::string_view bytes) {
  // SQLite reads a null pointer as NULL.
  statement_.bind(++bound_, bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size()));
  return *this;
}

Query& Query::Int(std::int64_t value) {
  statement_.bind(++bound_, value);
  return *this;
}

Query& Query::Null() {
  statement_.bind(++bound_);
  return *this;
}

std::string_view Query::Bytes(int column) {
  const SQLite::Column value = statement_.getColumn(column);
  const char* const bytes = static_cast<const char*>(value.getBlob());
  return {bytes, static_cast<std::size_t>(value.getBytes())};
}

}  // namespace profilesync::store
