#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "common/pause.h"
#include "server/environment.h"

namespace profilesync::sync {

struct AutoRefreshOptions {
  // The shortest time between the starts of two automatic fetches of one link: saves that come
  // faster than that share one.
  absl::Duration spacing = absl::Seconds(5);
  // How many automatic fetches may be under way at once; people's calls get the rest of the room.
  int max_in_flight = 4;
  // How long a failed refresh waits before it is tried again, at first and at most; doubled in
  // between. A practice system that names a time is left alone until then.
  absl::Duration first_backoff = absl::Seconds(5);
  absl::Duration longest_backoff = absl::Minutes(10);
  // How long the store isn't looked at after a look that failed; doubled likewise.
  absl::Duration first_look_backoff = absl::Seconds(1);
  absl::Duration longest_look_backoff = absl::Seconds(30);
  // So many links of an add-on that are due at once are refreshed by one list of what changed.
  int many = 10;
};

// Refreshes the links that saves have marked as due. The marks are in the store, so that none is
// lost in a crash. Thread-safe.
class AutoRefresh {
 public:
  // Runs a job elsewhere; false when there is no room for it now.
  using Post = std::function<bool(std::function<void()> job)>;

  // Asks for a list of what changed under the add-on of that name; false where none will come.
  using List = std::function<bool(const std::string& add_on)>;

  // `environment` must outlive this and every job that was posted.
  AutoRefresh(const Environment& environment, AutoRefreshOptions options, Post post, List list);

  // Posts a job for each link that is due and not under way, as far as there is room, or asks for a
  // list where many are. To be called every so often.
  void Poll();

  // How many fetches are under way.
  int InFlight() const;

 private:
  struct Known {
    bool in_flight = false;
    Pause spacing;
    Pause memory;  // for how long it is kept at least
    int failures = 0;
  };

  // Puts the next look off where this one failed.
  void NoteLook(const absl::Status& status, absl::Time now);
  // Links that are due and aren't served by a list, the longest due first; asks for the lists.
  absl::StatusOr<std::vector<store::LinkRow>> FindDue(absl::Time now);
  // Whether it is time to look further than at the first ones.
  bool MayLookFurther(absl::Time now);
  // The add-ons of which many are due, and of which a list will come.
  std::set<std::string> AskForLists(const std::vector<store::LinkRow>& due) const;
  // Whether a fetch of the link may start now; if so it counts as started.
  bool Begin(const std::string& link, absl::Time now);
  void Fetch(const std::string& link);
  void End(const std::string& link, const absl::Status& result);
  // Puts the next try off.
  void Postpone(const std::string& link, absl::Duration delay);
  // Forgets links that nothing is to be remembered of.
  void Forget(absl::Time now);

  const Environment& environment_;
  const AutoRefreshOptions options_;
  const Post post_;
  const List list_;
  mutable Mutex mutex_;
  std::map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  Pause between_far_looks_ ABSL_GUARDED_BY(mutex_);
  Pause after_failed_look_ ABSL_GUARDED_BY(mutex_);
  Backoff look_backoff_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::sync
