#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "common/mutex.h"
#include "server/environment.h"

namespace profilesync::operation {

// Goes on with the long-running operations that nobody is at work on: those that a server left
// when it stopped or was killed, and those for which there was no room. Thread-safe.
class Resumption {
 public:
  // Goes on with the operation of that name, or ends it; blocks.
  using GoOn = std::function<void(const Environment&, const std::string& operation)>;

  // `methods` has an entry for each method that begins operations, by the full name of their
  // metadata. `environment` must outlive every job that was posted.
  Resumption(const Environment& environment, std::map<std::string, GoOn> methods)
      : environment_(environment), methods_(std::move(methods)) {}

  // Posts a job for each of them, as far as there is room. One that no method is known for ends
  // with SHUTTING_DOWN. To be called every so often. Errors of the store.
  absl::Status Poll();

 private:
  // Whether a job may be posted for it: none has been, or that one has ended.
  bool Begin(const std::string& operation);
  void End(const std::string& operation);

  const Environment& environment_;
  const std::map<std::string, GoOn> methods_;
  Mutex mutex_;
  std::set<std::string> posted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::operation
