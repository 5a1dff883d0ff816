#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/pause.h"
#include "server/environment.h"
#include "server/sync/read_back.h"

namespace profilesync::sync {

struct ReadBacksOptions {
  ReadBackTimes times;
  int max_in_flight = 4;
  // How often the store is looked at; less often where that fails again and again.
  absl::Duration interval = absl::Seconds(1);
  absl::Duration longest_interval = absl::Seconds(30);
  // How long a read that failed isn't tried again; at most so long where it fails again and again.
  absl::Duration first_backoff = absl::Seconds(15);
  absl::Duration longest_backoff = absl::Minutes(15);
};

// Reads back every operation of unknown outcome when it is time to; see ReadBack. What is to be
// read stands in the store, and one process at a time reads for an operation. Thread-safe.
class ReadBacks {
 public:
  // Runs a job elsewhere; false when there is no room for it now.
  using Post = std::function<bool(std::function<void()> job)>;

  // `environment` must outlive this and every job that was posted.
  ReadBacks(const Environment& environment, ReadBacksOptions options, Post post);

  // Posts a job for each operation whose time has come, as far as there is room. To be called every
  // so often.
  void Poll();

 private:
  struct Known {
    bool in_flight = false;
    Pause backoff;
    int failures = 0;
  };

  // Puts the next look off where this one failed.
  void NoteLook(const absl::Status& status, absl::Time now);
  // The operations whose time has come, by name, and drops what is known of others that are over.
  absl::StatusOr<std::vector<std::string>> FindDue(absl::Time now);
  bool Begin(const std::string& operation, absl::Time now);
  void End(const std::string& operation, const absl::Status& result);

  const Environment& environment_;
  const ReadBacksOptions options_;
  const Post post_;
  Mutex mutex_;
  Pause between_looks_ ABSL_GUARDED_BY(mutex_);
  Backoff look_backoff_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace profilesync::sync
