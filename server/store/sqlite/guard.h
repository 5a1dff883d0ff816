#pragma once

#include <SQLiteCpp/Exception.h>

#include <exception>
#include <string_view>

#include "absl/status/status.h"

namespace profilesync::store {

// What callers are told of an SQLite error; the particulars go to the log.
//   ALREADY_EXISTS  a rule of uniqueness would be broken
//   UNAVAILABLE     (STORE_UNAVAILABLE) the file can't be read or written, or is locked
//   INTERNAL        (INTERNAL_DEFECT) everything else
absl::Status StatusOf(const SQLite::Exception& error);
absl::Status StatusOf(const std::exception& error);

// StatusOf's message where the file is damaged.
inline constexpr std::string_view kDamaged = "the store's file is damaged";

// UNAVAILABLE (STORE_UNAVAILABLE).
absl::Status StoreUnavailable(std::string_view message);

// Runs `body`, which returns a Status or StatusOr, and turns what it throws into one. The store's
// exceptions end here.
template <typename Body>
auto Guard(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const SQLite::Exception& error) {
    return StatusOf(error);
  } catch (const std::exception& error) {
    return StatusOf(error);
  }
}

}  // namespace profilesync::store
