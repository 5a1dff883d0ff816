#include "tests/benchmark/server_log.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "server/app/config.h"
#include "server/observe/log.h"

namespace profilesync::benchmark {

std::filesystem::path MakeTemporaryFolder() {
  std::string name = std::filesystem::temp_directory_path() / "profilesync-benchmark-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::filesystem::filesystem_error("can't make a temporary folder", name,
                                            std::error_code(errno, std::generic_category()));
  }
  return name;
}

ServerLog::ServerLog() : folder_(MakeTemporaryFolder()), standard_error_(::dup(STDERR_FILENO)) {
  const int file = ::open((folder_ / "server.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(file, STDERR_FILENO);
  ::close(file);
  observe::StartLog(app::Config().log_level).IgnoreError();  // a default level is a good one
}

ServerLog::~ServerLog() {
  spdlog::shutdown();
  ::dup2(standard_error_, STDERR_FILENO);
  ::close(standard_error_);
  std::filesystem::remove_all(folder_);
}

}  // namespace profilesync::benchmark
