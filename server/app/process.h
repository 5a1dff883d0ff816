#pragma once

#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace profilesync::app {

// No core file may hold keys, tokens or clients' data.
void ForbidCoreFiles();

// Has Abseil, and gRPC by it, no longer look for deadlocks: Debian's keeps a graph of all locks
// that are held, of every call. Builds for debugging go on looking.
void EndDeadlockDetection();

// As NAME=VALUE each.
std::vector<std::string> EnvironmentVariables();

// The signals that stop the server, SIGTERM and SIGINT, which are held back from when one of these
// is made on: make it before any thread is started. A peer that hangs up is no reason to stop.
class StopSignals {
 public:
  StopSignals();
  // Returns when one has come.
  void Wait() const;
  // Lets a second one end the process at once, from half a second after now on. Those that come
  // before are the first one said again: `timeout`, for one, signals its child and then the group.
  void Release();

 private:
  sigset_t signals_;
  std::jthread released_;
};

}  // namespace profilesync::app
