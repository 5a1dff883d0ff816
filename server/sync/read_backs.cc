#include "server/sync/read_backs.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/log.h"
#include "common/status.h"

namespace profilesync::sync {

ReadBacks::ReadBacks(const Environment& environment, ReadBacksOptions options, Post post)
    : environment_(environment),
      options_(options),
      post_(std::move(post)),
      look_backoff_(options.interval, options.longest_interval) {}

void ReadBacks::Poll() {
  const absl::Time now = environment_.clock.Now();
  {
    MutexLock lock(&mutex_);
    if (!between_looks_.IsOver(now)) {
      return;
    }
    between_looks_.Begin(now, options_.interval);
  }
  const auto due = FindDue(now);
  NoteLook(due.status(), now);
  if (!due.ok()) {
    return;
  }
  for (const std::string& operation : *due) {
    if (!Begin(operation, now)) {
      continue;
    }
    const bool posted = post_(
        [this, operation] { End(operation, ReadBack(environment_, operation, options_.times)); });
    if (!posted) {
      End(operation, absl::OkStatus());
      return;
    }
  }
}

void ReadBacks::NoteLook(const absl::Status& status, absl::Time now) {
  MutexLock lock(&mutex_);
  if (status.ok()) {
    look_backoff_.Succeeded();
    return;
  }
  const absl::Duration wait = look_backoff_.AfterFailure();
  between_looks_.Begin(now, wait);
  LogWarning("the operations of unknown outcome can't be read, next try in ",
             absl::FormatDuration(wait), ": ", status.message());
}

absl::StatusOr<std::vector<std::string>> ReadBacks::FindDue(absl::Time now) {
  std::vector<std::string> due;
  std::set<std::string> open;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const std::vector<store::SyncOperationRow> unfinished,
                     reader.ListUnfinishedSyncOperations());
    for (const store::SyncOperationRow& row : unfinished) {
      if (row.operation.state() != v1::SyncOperation::UNKNOWN || row.operation.link().empty()) {
        continue;
      }
      open.insert(row.operation.name());
      if (NextReadBack(row.journal, options_.times) <= now || IsYetToCome(row.journal, now)) {
        due.push_back(row.operation.name());
      }
    }
    return absl::OkStatus();
  }));
  MutexLock lock(&mutex_);
  std::erase_if(known_, [&](const auto& entry) {
    return !entry.second.in_flight && !open.contains(entry.first);
  });
  return due;
}

bool ReadBacks::Begin(const std::string& operation, absl::Time now) {
  MutexLock lock(&mutex_);
  Known& known = known_[operation];
  if (known.in_flight || !known.backoff.IsOver(now) || in_flight_ >= options_.max_in_flight) {
    return false;
  }
  known.in_flight = true;
  ++in_flight_;
  return true;
}

void ReadBacks::End(const std::string& operation, const absl::Status& result) {
  MutexLock lock(&mutex_);
  Known& known = known_[operation];
  known.in_flight = false;
  --in_flight_;
  if (result.ok()) {
    known.failures = 0;
    return;
  }
  // That the budget is used up says nothing of this read.
  const bool rationed = ReasonOf(result) == v1::PRACTICE_BUDGET_EXHAUSTED;
  const int failures = rationed ? 0 : known.failures;
  const absl::Duration delay = std::max(
      std::min(options_.first_backoff * (1 << std::min(failures, 16)), options_.longest_backoff),
      RetryAfterOf(result).value_or(absl::ZeroDuration()));
  known.failures += rationed ? 0 : 1;
  known.backoff.Begin(environment_.clock.Now(), delay);
  LogWarning("sync operation ", operation, " can't be read back, next try in ",
             absl::FormatDuration(delay), ": ", result.message());
}

}  // namespace profilesync::sync
