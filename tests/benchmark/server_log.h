#pragma once

#include <filesystem>

namespace profilesync::benchmark {

// A new folder for this process, under TMPDIR.
std::filesystem::path MakeTemporaryFolder();

// The server's log as the server starts it, at its default level, written to a file that goes away
// at the end: standard error is that file meanwhile. One at a time.
class ServerLog {
 public:
  ServerLog();
  ~ServerLog();
  ServerLog(const ServerLog&) = delete;
  ServerLog& operator=(const ServerLog&) = delete;

 private:
  const std::filesystem::path folder_;
  const int standard_error_;
};

}  // namespace profilesync::benchmark
