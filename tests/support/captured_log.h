#pragma once

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace profilesync::testing {

// While it lives, whatever this process logs, at any level, goes to a file as well. To be made and
// ended while nothing logs: before a server is started in this process, and after its end.
class CapturedLog {
 public:
  explicit CapturedLog(const std::string& file) : usual_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("captured", usual_->sinks().begin(),
                                                   usual_->sinks().end());
    for (const auto& sink : logger->sinks()) {
      sink->set_level(usual_->level());
    }
    logger->sinks().push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(file));
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    spdlog::set_default_logger(std::move(logger));
  }
  ~CapturedLog() { spdlog::set_default_logger(usual_); }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

 private:
  const std::shared_ptr<spdlog::logger> usual_;
};

}  // namespace profilesync::testing
