#include "common/failpoint.h"

#ifdef PROFILESYNC_FAILPOINTS

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/mutex.h"
#include "common/status.h"

namespace profilesync {
namespace {

using Action = std::function<absl::Status()>;

Action KillAt(int reach) {
  return [left = std::make_shared<std::atomic<int>>(reach)] {
    if (--*left == 0) {
      std::raise(SIGKILL);
    }
    return absl::OkStatus();
  };
}

// What "kill", "kill@3" and "error" mean; an empty function for anything else.
Action ActionOf(const std::string& name, const std::string& text) {
  if (text == "error") {
    return [name] { return absl::InternalError(absl::StrCat("failpoint ", name)); };
  }
  const std::vector<std::string> parts = absl::StrSplit(text, '@');
  int reach = 1;
  const bool good = parts[0] == "kill" && parts.size() <= 2 &&
                    (parts.size() == 1 || absl::SimpleAtoi(parts[1], &reach));
  return good ? KillAt(reach) : Action();
}

class Registry {
 public:
  Registry() {
    if (const char* log = std::getenv("PROFILESYNC_FAILPOINT_LOG"); log != nullptr) {
      log_ = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    }
    const char* armed = std::getenv("PROFILESYNC_FAILPOINTS");
    if (armed == nullptr) {
      return;
    }
    for (const auto& entry : absl::StrSplit(armed, ',', absl::SkipEmpty())) {
      const std::vector<std::string> parts = absl::StrSplit(entry, '=');
      if (parts.size() == 2) {
        actions_[parts[0]] = ActionOf(parts[0], parts[1]);
      }
    }
  }

  void Set(std::string_view name, Action action) {
    MutexLock lock(&mutex_);
    actions_[std::string(name)] = std::move(action);
  }

  absl::Status Reach(std::string_view name) {
    if (log_ >= 0) {
      const std::string line = absl::StrCat(AV(name), "\n");
      if (::write(log_, line.data(), line.size()) < 0) {
        std::abort();  // the test would take a point for one that isn't reached
      }
    }
    Action action;
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
  int log_ = -1;
  Mutex mutex_;
  std::map<std::string, Action> actions_ ABSL_GUARDED_BY(mutex_);
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
