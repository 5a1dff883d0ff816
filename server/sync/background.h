#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/pause.h"
#include "server/environment.h"
#include "server/model/restate.h"
#include "server/sync/auto_refresh.h"
#include "server/sync/read_backs.h"
#include "server/sync/scheduled_refresh.h"

namespace profilesync::sync {

struct BackgroundOptions {
  AutoRefreshOptions auto_refresh;
  ScheduledRefreshOptions scheduled_refresh;
  ReadBacksOptions read_backs;
  absl::Duration poll_interval = absl::Milliseconds(200);  // infinite: see RunOnce
  // And from a failed restatement to the next. Either waits longer where it fails again and again.
  absl::Duration recover_interval = absl::Seconds(5);
  absl::Duration longest_recover_interval = absl::Seconds(30);
  absl::Duration tidy_interval = absl::Hours(1);
  // For how long a request_id is remembered.
  absl::Duration request_id_life = absl::Hours(24 * 7);
  // For how long a practice client can be restored from an operation.
  absl::Duration image_life = absl::Hours(24 * 30);
};

// What the server does by itself, on one thread of its own: making diffs anew after an upgrade,
// automatic and scheduled refresh, recovery of abandoned operations, reading back those of
// unknown outcome, and forgetting old request ids and images. Calls to practice systems are posted
// elsewhere.
class Background {
 public:
  // `go_on` sees to the long-running operations that were left unfinished; it must not wait for
  // practice systems.
  Background(const Environment& environment, BackgroundOptions options, AutoRefresh::Post post,
             std::function<absl::Status()> go_on);
  // Stops.
  ~Background();

  // Recovers what an earlier run left, once, then starts the thread. Errors of the store.
  absl::Status Start();
  // Ends the thread. Jobs that were posted may still be running.
  void Stop();
  // Does what is due and returns once the jobs that this took are over. Only with a poll_interval
  // of infinite length, where Start starts no thread.
  void RunOnce();

 private:
  void Run();
  // What is due now.
  void Round();
  // Posts a job that is counted while it waits or runs.
  bool Post(std::function<void()> job);
  // Goes on with the syncs, and with the long-running operations, that another run left.
  void Recover(absl::Time now);
  void GoOn(absl::Time now);
  void Tidy();
  absl::Status ForgetImages();
  // One step; when to take the next.
  absl::Time Restate(absl::Time now);

  const Environment& environment_;
  const BackgroundOptions options_;
  const std::function<absl::Status()> go_on_;
  const AutoRefresh::Post post_;
  ScheduledRefresh scheduled_refresh_;
  AutoRefresh auto_refresh_;
  ReadBacks read_backs_;
  model::Restatement restatement_;
  // Of Round, which is never run twice at once.
  absl::Time next_restate_ = absl::InfinitePast();
  Backoff restate_backoff_;
  Pause between_recoveries_;
  Backoff recover_backoff_;
  Pause between_goings_on_;
  Backoff go_on_backoff_;
  Pause between_tidyings_;
  Mutex mutex_;
  CondVar wake_;
  CondVar idle_;  // a job is over
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  int jobs_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace profilesync::sync
