#include "server/app/health_monitor.h"

#include <optional>

#include "common/log.h"
#include "common/status.h"

namespace profilesync::app {

HealthMonitor::HealthMonitor(store::Store& store, absl::Duration interval,
                             std::function<void(bool)> report)
    : store_(store), interval_(interval), report_(std::move(report)), thread_([this] { Run(); }) {}

HealthMonitor::~HealthMonitor() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  thread_.join();
}

void HealthMonitor::Run() {
  std::optional<bool> known;
  while (true) {
    const absl::Status health = store_.Health();
    if (known != health.ok()) {
      known = health.ok();
      report_(health.ok());
      if (health.ok()) {
        LogInfo("the store is healthy: serving");
      } else {
        LogError("the store isn't healthy: ", health.message());
      }
    }
    MutexLock lock(&mutex_);
    if (!stopping_) {
      wake_.WaitFor(&mutex_, interval_);
    }
    if (stopping_) {
      return;
    }
  }
}

}  // namespace profilesync::app
