#pragma once

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

// What the process has to say, on its one log, which observe::StartLog sets up. Thread-safe.
// Nothing secret goes in, and no value of a client's.
namespace profilesync {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Whether the log takes lines of `level`; for what is costly to put together.
bool IsLogged(LogLevel level);

// Writes one line: when, `level`, `message`. Drops it where the log doesn't take that level.
void Log(LogLevel level, absl::string_view message);

// A line of pieces that absl::StrCat takes.
template <typename... Pieces>
void LogInfo(const Pieces&... pieces) {
  Log(LogLevel::kInfo, absl::StrCat(pieces...));
}

template <typename... Pieces>
void LogWarning(const Pieces&... pieces) {
  Log(LogLevel::kWarning, absl::StrCat(pieces...));
}

template <typename... Pieces>
void LogError(const Pieces&... pieces) {
  Log(LogLevel::kError, absl::StrCat(pieces...));
}

}  // namespace profilesync
