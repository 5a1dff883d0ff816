#pragma once

#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "server/store/store.h"

namespace profilesync::app {

// Asks the store every so often how it is, on a thread of its own, and tells `report` at the start,
// once a little of the store was read, and whenever that changes. Destroyed: tells nothing any
// more.
class HealthMonitor {
 public:
  HealthMonitor(store::Store& store, absl::Duration interval,
                std::function<void(bool healthy)> report);
  ~HealthMonitor();

 private:
  void Run();

  store::Store& store_;
  const absl::Duration interval_;
  const std::function<void(bool)> report_;
  Mutex mutex_;
  CondVar wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace profilesync::app
