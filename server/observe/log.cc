#include "server/observe/log.h"

#include <google/protobuf/stubs/logging.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <map>
#include <string>

#include "common/log.h"

namespace profilesync::observe {
namespace {

void LogProtobuf(google::protobuf::LogLevel level, const char*, int, const std::string& message) {
  // Cut, for it may quote at length.
  static const std::map<google::protobuf::LogLevel, LogLevel> kLevels = {
      {google::protobuf::LOGLEVEL_INFO, LogLevel::kInfo},
      {google::protobuf::LOGLEVEL_WARNING, LogLevel::kWarning},
      {google::protobuf::LOGLEVEL_ERROR, LogLevel::kError},
      {google::protobuf::LOGLEVEL_FATAL, LogLevel::kError}};
  Log(kLevels.at(level), absl::StrCat("protobuf: ", message.substr(0, 200)));
}

}  // namespace

bool IsLogLevel(std::string_view level) {
  return level == "debug" || level == "info" || level == "warning" || level == "error";
}

absl::Status StartLog(std::string_view level) {
  if (!IsLogLevel(level)) {
    return absl::InvalidArgumentError("the log's level must be debug, info, warning or error");
  }
  auto logger = spdlog::stderr_logger_mt("profilesync");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(std::string(level)));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  google::protobuf::SetLogHandler(LogProtobuf);
  return absl::OkStatus();
}

}  // namespace profilesync::observe
