#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::connector {

// How many calls a practice system allows an app for one tenant; 0: as many as one likes.
struct CallLimits {
  int in_flight = 0;
  int per_minute = 0;
  int per_day = 0;
};

// What an answer of a practice system says about how many more calls it allows.
struct BudgetReport {
  std::optional<int> minute_remaining;
  std::optional<int> day_remaining;
  // The call was one too many: for so long none may follow.
  std::optional<absl::Duration> closed_for;
};

// The calls that may be made to one tenant, and who may make them when. Thread-safe.
class CallBudget {
 public:
  // Leave to have one call under way, until it is destroyed.
  class Permit {
   public:
    virtual ~Permit() = default;
    // What its answer said. Once at most.
    virtual void Report(const BudgetReport& report) = 0;
  };

  virtual ~CallBudget() = default;

  // Leave for a call that takes `longest` at most. Waits, until `begin_by`, while as many are under
  // way as may be. RESOURCE_EXHAUSTED (PRACTICE_BUDGET_EXHAUSTED, with RetryInfo) at once where
  // the minute's or the day's are used up; DEADLINE_EXCEEDED (PRACTICE_SYSTEM_UNAVAILABLE);
  // UNAVAILABLE (SHUTTING_DOWN once StopOfThread() was asked to, STORE_UNAVAILABLE).
  virtual absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time begin_by,
                                                        absl::Duration longest) = 0;

  // A budget that has so many calls set aside until `expiry`, for work that must not stop half-way.
  // Those that it doesn't use are given back when it is destroyed; what it uses beyond them is as
  // any other's. Errors as Begin's.
  virtual absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int calls, absl::Time expiry) = 0;
};

}  // namespace profilesync::connector
