#include "common/failpoint.h"

#ifdef PROFILESYNC_FAILPOINTS

#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/mutex.h"
#include "common/status.h"

namespace profilesync {
namespace {

class Registry {
 public:
  Registry() {
    const char* armed = std::getenv("PROFILESYNC_FAILPOINTS");
    if (armed == nullptr) {
      return;
    }
    for (const auto& entry : absl::StrSplit(armed, ',', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(entry, '=');
      if (parts.size() == 2 && parts[1] == "kill") {
        actions_[parts[0]] = [] {
          std::raise(SIGKILL);
          return absl::OkStatus();
        };
      } else if (parts.size() == 2 && parts[1] == "error") {
        actions_[parts[0]] = [name = parts[0]] {
          return absl::InternalError(absl::StrCat("failpoint ", name));
        };
      }
    }
  }

  void Set(std::string_view name, std::function<absl::Status()> action) {
    MutexLock lock(&mutex_);
    actions_[std::string(name)] = std::move(action);
  }

  absl::Status Reach(std::string_view name) {
    std::function<absl::Status()> action;
    {
      MutexLock lock(&mutex_);
      const auto found = actions_.find(std::string(name));
      if (found != actions_.end()) {
        action = found->second;
      }
    }
    return action ? action() : absl::OkStatus();
  }

 private:
  Mutex mutex_;
  std::map<std::string, std::function<absl::Status()>> actions_ ABSL_GUARDED_BY(mutex_);
};

Registry& TheRegistry() {
  static auto* registry = new Registry;
  return *registry;
}

}  // namespace

absl::Status Failpoint(std::string_view name) { return TheRegistry().Reach(name); }

void SetFailpoint(std::string_view name, std::function<absl::Status()> action) {
  TheRegistry().Set(name, std::move(action));
}

}  // namespace profilesync

#endif
