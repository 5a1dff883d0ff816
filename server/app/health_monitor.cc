#include "server/app/health_monitor.h"

#include <optional>

#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"

namespace profilesync::app {
namespace {

// The store knows how it is by what was read and written so far. So that a damaged one isn't called
// healthy first, this reads what the server's own work will read in a moment. What it says of it,
// the store's health says.
void LookAt(store::Store& store) {
  constexpr int kFew = 64;
  store
      .Read([](const store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(reader.ListFirms("", kFew).status());
        RETURN_IF_ERROR(reader.ListUnfinishedSyncOperations().status());
        return reader.ListRefreshDue(absl::Now(), kFew).status();
      })
      .IgnoreError();
}

}  // namespace

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
  LookAt(store_);
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
