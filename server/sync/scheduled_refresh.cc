#include "server/sync/scheduled_refresh.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/log.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/all_firms.h"
#include "server/sync/list_pass.h"
#include "server/sync/pass_schedule.h"

namespace profilesync::sync {
namespace {

constexpr int kPage = 500;  // add-ons of a firm; more aren't expected

}  // namespace

ScheduledRefresh::ScheduledRefresh(const Environment& environment, ScheduledRefreshOptions options,
                                   AutoRefresh::Post post)
    : environment_(environment), options_(options), post_(std::move(post)) {}

void ScheduledRefresh::Poll() {
  const absl::Time now = environment_.clock.Now();
  Look(now);
  while (const std::optional<Due> due = Begin(now)) {
    if (!post_([this, due = *due] { Run(due); })) {
      End(due->add_on, absl::OkStatus());
      return;
    }
  }
}

void ScheduledRefresh::Look(absl::Time now) {
  {
    MutexLock lock(&mutex_);
    if (!between_looks_.IsOver(now)) {
      return;
    }
    between_looks_.Begin(now, options_.interval);
  }
  auto due = FindDue(now);
  if (!due.ok()) {
    LogWarning("the add-ons that are due for a refresh can't be read: ", due.status().message());
    return;
  }
  MutexLock lock(&mutex_);
  waiting_ = *std::move(due);
}

absl::StatusOr<std::deque<ScheduledRefresh::Due>> ScheduledRefresh::FindDue(absl::Time now) {
  ASSIGN_OR_RETURN(const std::vector<v1::Firm> firms, model::AllFirms(environment_));
  std::deque<Due> due;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    for (const v1::Firm& firm : firms) {
      const std::string_view firm_id = LastId(firm.name());
      ASSIGN_OR_RETURN(const std::vector<v1::AddOn> add_ons, reader.ListAddOns(firm_id, "", kPage));
      for (const v1::AddOn& add_on : add_ons) {
        ASSIGN_OR_RETURN(const auto state, reader.FindRefreshState(firm_id, LastId(add_on.name())));
        const NextPass next =
            NextPassOf(firm, add_on, state.value_or(storage::v1::RefreshState()), now);
        if (next.time <= now) {
          due.push_back({next.time, add_on.name(), next.full});
        }
      }
    }
    return absl::OkStatus();
  }));
  std::sort(due.begin(), due.end(), [](const Due& a, const Due& b) { return a.time < b.time; });
  return due;
}

bool ScheduledRefresh::RunSoon(const std::string& add_on) {
  MutexLock lock(&mutex_);
  const auto is_of_add_on = [&](const Due& due) { return due.add_on == add_on; };
  Known& known = known_[add_on];
  if (known.in_flight || std::any_of(waiting_.begin(), waiting_.end(), is_of_add_on)) {
    return true;
  }
  const absl::Time now = environment_.clock.Now();
  if (!known.backoff.IsOver(now) || !known.spacing.IsOver(now)) {
    return false;
  }
  waiting_.push_front({now, add_on, false});
  return true;
}

std::optional<ScheduledRefresh::Due> ScheduledRefresh::Begin(absl::Time now) {
  MutexLock lock(&mutex_);
  while (in_flight_ < options_.max_in_flight && !waiting_.empty()) {
    const Due due = std::move(waiting_.front());
    waiting_.pop_front();
    Known& known = known_[due.add_on];
    if (known.in_flight || !known.backoff.IsOver(now)) {
      continue;  // it is found again
    }
    known.in_flight = true;
    known.spacing.Begin(now, options_.spacing);
    ++in_flight_;
    return due;
  }
  return std::nullopt;
}

void ScheduledRefresh::Run(const Due& due) {
  ListPass pass(environment_, due.add_on,
                {.full = due.full, .priority = budget::Priority::kBackground});
  const absl::Status result = pass.Run();
  if (result.ok()) {
    LogInfo("refreshed ", due.add_on, " by a list of ", due.full ? "all" : "changes",
            ": read=", pass.counts().read, " stored=", pass.counts().stored,
            " not_active=", pass.counts().not_active);
  }
  End(due.add_on, result);
}

void ScheduledRefresh::End(const std::string& add_on, const absl::Status& result) {
  absl::Duration delay = absl::ZeroDuration();
  if (!result.ok()) {
    delay = std::max(options_.backoff, RetryAfterOf(result).value_or(absl::ZeroDuration()));
    const bool rationed = ReasonOf(result) == v1::PRACTICE_BUDGET_EXHAUSTED;
    Log(rationed ? LogLevel::kDebug : LogLevel::kWarning,
        absl::StrCat("the refresh of ", add_on, " failed, next try in ",
                     absl::FormatDuration(delay), ": ", result.message()));
  }
  MutexLock lock(&mutex_);
  Known& known = known_[add_on];
  known.in_flight = false;
  known.backoff.Begin(environment_.clock.Now(), delay);
  --in_flight_;
}

}  // namespace profilesync::sync
