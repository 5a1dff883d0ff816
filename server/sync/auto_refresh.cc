#include "server/sync/auto_refresh.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/log.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/refresh.h"

namespace profilesync::sync {

AutoRefresh::AutoRefresh(const Environment& environment, AutoRefreshOptions options, Post post,
                         List list)
    : environment_(environment),
      options_(options),
      post_(std::move(post)),
      list_(std::move(list)),
      look_backoff_(options.first_look_backoff, options.longest_look_backoff) {}

void AutoRefresh::Poll() {
  const absl::Time now = environment_.clock.Now();
  {
    MutexLock lock(&mutex_);
    if (!after_failed_look_.IsOver(now)) {
      return;
    }
  }
  const auto due = FindDue(now);
  NoteLook(due.status(), now);
  if (!due.ok()) {
    return;
  }
  for (const store::LinkRow& link : *due) {
    const std::string& name = link.link.name();
    if (!Begin(name, now)) {
      continue;
    }
    if (!post_([this, name] { Fetch(name); })) {
      End(name, absl::OkStatus());
      return;
    }
  }
  Forget(now);
}

void AutoRefresh::NoteLook(const absl::Status& status, absl::Time now) {
  MutexLock lock(&mutex_);
  if (status.ok()) {
    look_backoff_.Succeeded();
    return;
  }
  const absl::Duration wait = look_backoff_.AfterFailure();
  after_failed_look_.Begin(now, wait);
  LogWarning("the links that are due for a refresh can't be read, next try in ",
             absl::FormatDuration(wait), ": ", status.message());
}

absl::StatusOr<std::vector<store::LinkRow>> AutoRefresh::FindDue(absl::Time now) {
  constexpr int kBatch = 64;
  constexpr int kMost = 16384;
  // One add-on's, which wait for its list, mustn't keep the others' from being seen.
  for (int limit = kBatch;; limit *= 4) {
    std::vector<store::LinkRow> due;
    RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(due, reader.ListRefreshDue(now, limit));
      return absl::OkStatus();
    }));
    const bool all = due.size() < static_cast<std::size_t>(limit);
    const std::set<std::string> listed = AskForLists(due);
    std::erase_if(due,
                  [&](const store::LinkRow& link) { return listed.contains(link.link.add_on()); });
    if (all || !due.empty() || limit >= kMost || (limit == kBatch && !MayLookFurther(now))) {
      return due;
    }
  }
}

bool AutoRefresh::MayLookFurther(absl::Time now) {
  constexpr absl::Duration kSpacing = absl::Seconds(5);
  MutexLock lock(&mutex_);
  if (!between_far_looks_.IsOver(now)) {
    return false;
  }
  between_far_looks_.Begin(now, kSpacing);
  return true;
}

std::set<std::string> AutoRefresh::AskForLists(const std::vector<store::LinkRow>& due) const {
  std::map<std::string, int> counts;
  for (const store::LinkRow& link : due) {
    ++counts[link.link.add_on()];
  }
  std::set<std::string> listed;
  for (const auto& [add_on, count] : counts) {
    if (count >= options_.many && list_(add_on)) {
      listed.insert(add_on);
    }
  }
  return listed;
}

int AutoRefresh::InFlight() const {
  MutexLock lock(&mutex_);
  return in_flight_;
}

bool AutoRefresh::Begin(const std::string& link, absl::Time now) {
  MutexLock lock(&mutex_);
  if (in_flight_ >= options_.max_in_flight) {
    return false;
  }
  Known& known = known_[link];
  if (known.in_flight || !known.spacing.IsOver(now)) {
    return false;
  }
  known.in_flight = true;
  known.spacing.Begin(now, options_.spacing);
  known.memory.Begin(now, options_.longest_backoff + options_.spacing);
  ++in_flight_;
  return true;
}

void AutoRefresh::Fetch(const std::string& link) {
  const absl::Status result =
      Refresh(environment_, link, budget::Priority::kBackground, absl::InfiniteFuture()).status();
  End(link, result);
}

void AutoRefresh::End(const std::string& link, const absl::Status& result) {
  absl::Duration delay = absl::ZeroDuration();
  {
    MutexLock lock(&mutex_);
    Known& known = known_[link];
    known.in_flight = false;
    --in_flight_;
    if (result.ok()) {
      known.failures = 0;
      return;
    }
    delay = std::min(options_.first_backoff * (1 << std::min(known.failures, 16)),
                     options_.longest_backoff);
    ++known.failures;
  }
  if (const std::optional<absl::Duration> named = RetryAfterOf(result)) {
    delay = std::max(delay, *named);
  }
  // That calls are rationed is no failure.
  const bool rationed = ReasonOf(result) == v1::PRACTICE_BUDGET_EXHAUSTED;
  Log(rationed ? LogLevel::kDebug : LogLevel::kWarning,
      absl::StrCat("automatic refresh of ", link, " failed, next try in ",
                   absl::FormatDuration(delay), ": ", result.message()));
  Postpone(link, delay);
}

void AutoRefresh::Postpone(const std::string& link_name, absl::Duration delay) {
  const absl::Status stored =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(std::optional<store::LinkRow> link,
                         transaction.FindLink(FirmOf(link_name), LastId(link_name)));
        if (!link || link->refresh_due == absl::InfinitePast()) {
          return absl::OkStatus();
        }
        link->refresh_due = environment_.clock.Now() + delay;
        return transaction.PutLink(*link);
      });
  if (!stored.ok()) {
    LogWarning("the refresh of ", link_name, " can't be put off: ", stored.message());
  }
}

void AutoRefresh::Forget(absl::Time now) {
  MutexLock lock(&mutex_);
  for (auto it = known_.begin(); it != known_.end();) {
    it = it->second.in_flight || !it->second.memory.IsOver(now) ? std::next(it) : known_.erase(it);
  }
}

}  // namespace profilesync::sync
