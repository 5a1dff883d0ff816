#include "server/store/sqlite/guard.h"

#include <sqlite3.h>

#include <string_view>

#include "common/error.h"
#include "common/log.h"

namespace profilesync::store {
namespace {

struct Unavailable {
  int code;
  std::string_view message;
};

constexpr Unavailable kUnavailable[] = {
    {SQLITE_FULL, "the store's disk is full"},
    {SQLITE_READONLY, "the store can't be written"},
    {SQLITE_PERM, "the store's file can't be used"},
    {SQLITE_CANTOPEN, "the store's file can't be opened"},
    {SQLITE_IOERR, "the store's file can't be read or written"},
    {SQLITE_BUSY, "the store is locked by another process"},
    {SQLITE_LOCKED, "the store is locked"},
    {SQLITE_PROTOCOL, "the store is locked by another process"},
    {SQLITE_CORRUPT, kDamaged},
    {SQLITE_NOTADB, "the store's file is not a database"},
    {SQLITE_NOMEM, "the store is out of memory"},
};

}  // namespace

absl::Status StoreUnavailable(std::string_view message) {
  return MakeError(absl::StatusCode::kUnavailable, v1::STORE_UNAVAILABLE, message);
}

absl::Status StatusOf(const SQLite::Exception& error) {
  const int extended = error.getExtendedErrorCode();
  if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return MakeError(absl::StatusCode::kAlreadyExists, v1::RESOURCE_EXISTS,
                     "there is one with the same key already");
  }
  LogError("store: SQLite error ", error.getErrorCode(), " (", extended, "): ", error.what());
  for (const Unavailable& known : kUnavailable) {
    if ((error.getErrorCode() & 0xff) == known.code) {
      return StoreUnavailable(known.message);
    }
  }
  return MakeError(absl::StatusCode::kInternal, v1::INTERNAL_DEFECT, "the store failed");
}

absl::Status StatusOf(const std::exception& error) {
  LogError("store: ", error.what());
  return MakeError(absl::StatusCode::kInternal, v1::INTERNAL_DEFECT, "the store failed");
}

}  // namespace profilesync::store
