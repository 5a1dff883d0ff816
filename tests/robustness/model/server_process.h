#pragma once

#include <grpcpp/grpcpp.h>
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace profilesync::robustness {

// The model test's server as a child process; see server/main.cc. Killed with the object.
class ServerProcess {
 public:
  ServerProcess(const std::string& program, const std::vector<std::string>& arguments,
                const std::string& clock, const std::filesystem::path& log);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // False when it ended before it was ready.
  bool ready() const { return channel_ != nullptr; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // A line of its standard input; false where it ended instead of saying that it was done.
  // Calls `waiting`, where given, while it takes long.
  bool Tell(const std::string& line, const std::function<void()>& waiting = nullptr);
  // In an orderly way.
  void Stop();
  void Kill();
  // Whether it has ended by itself, as at a failpoint. Waits for it a little while where
  // `expected`.
  bool HasEnded(bool expected);

 private:
  void Spawn(const std::string& program, const std::vector<std::string>& arguments,
             const std::string& clock, const std::filesystem::path& log);
  // "" at the end of its output, or after a minute.
  std::string ReadLine(const std::function<void()>& waiting = nullptr);
  void Wait();

  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  std::string read_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace profilesync::robustness
