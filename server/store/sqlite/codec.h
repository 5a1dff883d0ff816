#pragma once

#include <google/protobuf/message_lite.h>
#include <sqlite3.h>

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "SQLiteCpp/Exception.h"
#include "absl/status/statusor.h"
#include "common/resource_name.h"

namespace profilesync::store {

// Between rows and messages. These throw, as SQLiteCpp does: used inside a Guard.

// The message that was stored as `bytes`.
template <typename Message>
Message Parsed(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw SQLite::Exception("a stored message can't be read", SQLITE_CORRUPT);
  }
  return message;
}

// What a sealed value held, which was stored by this program and so must open.
inline std::string Opened(absl::StatusOr<std::string> plain) {
  if (!plain.ok()) {
    throw SQLite::Exception("a sealed value can't be opened", SQLITE_CORRUPT);
  }
  return *std::move(plain);
}

// The firm and the id that a resource's name is made of.
struct RowKey {
  std::string_view firm;
  std::string_view id;
};

inline RowKey KeyOf(std::string_view name, std::string_view collection) {
  const auto ids = ParseName(name, {"firms", collection});
  if (!ids) {
    throw std::invalid_argument("a row without a proper name of " + std::string(collection));
  }
  return {(*ids)[0], (*ids)[1]};
}

}  // namespace profilesync::store
