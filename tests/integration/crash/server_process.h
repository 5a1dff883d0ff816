#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace profilesync::testing {

// The server's program as a child process, on a free loopback port. Killed with the object.
class ServerProcess {
 public:
  // Starts it and waits until it listens; `environment` is added to this process's own. Its output
  // goes to `log`.
  ServerProcess(const std::vector<std::string>& arguments,
                const std::vector<std::string>& environment, const std::filesystem::path& log);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // "" when it ended before it listened.
  const std::string& address() const { return address_; }
  pid_t pid() const { return pid_; }
  // Waits for its end; the signal that ended it, or 0.
  int WaitForEnd();
  void Kill(int signal);

 private:
  std::string WaitForAddress(const std::filesystem::path& log);

  pid_t pid_ = -1;
  std::string address_;
};

}  // namespace profilesync::testing
