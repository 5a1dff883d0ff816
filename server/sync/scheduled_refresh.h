#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/pause.h"
#include "server/environment.h"
#include "server/sync/auto_refresh.h"

namespace profilesync::sync {

struct ScheduledRefreshOptions {
  // Between two looks at all add-ons.
  absl::Duration interval = absl::Minutes(1);
  // How many passes may be under way at once.
  int max_in_flight = 2;
  // How long an add-on whose pass failed is left alone, unless the practice system names a longer
  // time.
  absl::Duration backoff = absl::Minutes(5);
  // The shortest time between the starts of two passes that were asked for by RunSoon.
  absl::Duration spacing = absl::Seconds(30);
};

// Refreshes all links of add-ons by lists, as pass_schedule.h says, or where many links are due at
// once. One pass an add-on, the longest due first, so that no firm waits for another's many links.
// Thread-safe.
class ScheduledRefresh {
 public:
  // `environment` must outlive this and every job that was posted.
  ScheduledRefresh(const Environment& environment, ScheduledRefreshOptions options,
                   AutoRefresh::Post post);

  // Posts a job for each add-on that is due and not under way, as far as there is room. To be
  // called every so often.
  void Poll();

  // Asks for a list of what changed, though the schedule doesn't. False where none will come: the
  // add-on had one only just now, or it failed.
  bool RunSoon(const std::string& add_on);

 private:
  struct Known {
    bool in_flight = false;
    Pause spacing;
    Pause backoff;
  };
  struct Due {
    absl::Time time;
    std::string add_on;
    bool full = false;
  };

  // Looks at all add-ons, if that is long ago, and makes those wait that are due.
  void Look(absl::Time now);
  // Those that are due at `now`, the longest due first.
  absl::StatusOr<std::deque<Due>> FindDue(absl::Time now);
  // The next pass that may start now, which counts as started; nullopt where there is none, or no
  // room.
  std::optional<Due> Begin(absl::Time now);
  void Run(const Due& due);
  void End(const std::string& add_on, const absl::Status& result);

  const Environment& environment_;
  const ScheduledRefreshOptions options_;
  const AutoRefresh::Post post_;
  Mutex mutex_;
  Pause between_looks_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);  // by the add-on's name
  std::deque<Due> waiting_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace profilesync::sync
