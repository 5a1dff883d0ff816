#include "common/log.h"

#include <spdlog/spdlog.h>

namespace profilesync {
namespace {

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

bool IsLogged(LogLevel level) { return spdlog::should_log(LevelOf(level)); }

void Log(LogLevel level, absl::string_view message) {
  spdlog::default_logger_raw()->log(LevelOf(level),
                                    spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace profilesync
