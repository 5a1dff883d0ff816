#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/mutex.h"
#include "server/budget/ledger.h"
#include "server/connector/call_budget.h"
#include "server/store/store.h"

namespace profilesync::budget {

// The order in which this process's calls to one tenant take their turn.
class Line;

// What one budget is of.
struct Account {
  std::string practice_system;  // its id
  std::string tenant_id;
  connector::CallLimits limits;
  Priority priority = Priority::kPerson;
};

// What is left to people of an account's limits; nullopt where there is none.
struct Left {
  std::optional<int> minute;
  std::optional<int> day;
  std::optional<absl::Time> closed_until;  // by the practice system
};
absl::StatusOr<Left> LeftOf(const Account& account, absl::Time now, const store::Reader& reader);

// The call budgets of all tenants, kept in the store: they hold among all processes on it, and
// over restarts. Thread-safe.
class Budgets {
 public:
  // Both must outlive it and every budget and permit that came of it.
  Budgets(store::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  std::shared_ptr<connector::CallBudget> Of(const Account& account);

 private:
  std::shared_ptr<Line> LineOf(const Account& account);

  store::Store& store_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<Line>> lines_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::budget
