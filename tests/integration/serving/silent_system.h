#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "common/mutex.h"

namespace profilesync::testing {

// A practice system on loopback that takes connections and never answers, until Release().
class SilentSystem {
 public:
  SilentSystem();
  ~SilentSystem();

  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }
  // How many connections were made so far; each stands for a call that was started.
  int connections() const { return connections_; }
  // Closes all connections, and those to come at once.
  void Release();

 private:
  void Accept();

  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> released_ = false;
  Mutex mutex_;
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace profilesync::testing
