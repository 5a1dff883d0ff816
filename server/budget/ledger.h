#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/storage/v1/records.pb.h"
#include "server/connector/call_budget.h"

namespace profilesync::budget {

enum class Priority {
  kPerson,      // somebody waits for the call
  kBackground,  // nobody does; it leaves a share of each limit to those who do
};

// The arithmetic of one tenant's calls, at one moment. Works on what is stored and stores nothing.
//
// A call counts towards the minute from its reservation until a minute after its end: it may have
// been counted over there at any moment between start and end, so that no sliding minute of the
// practice system's has more than are allowed. What the practice system itself says only ever
// lowers what is left.
class Ledger {
 public:
  // `stored` must outlive it. Drops what no longer counts.
  Ledger(storage::v1::CallLedger* stored, const connector::CallLimits& limits, absl::Time now);

  // Reserves `calls` until `expiry`. RESOURCE_EXHAUSTED (PRACTICE_BUDGET_EXHAUSTED) with RetryInfo
  // of when there will be as many.
  absl::Status Reserve(int calls, Priority priority, absl::Time expiry,
                       std::vector<std::int64_t>* ids);
  // Begins a reserved call, which is over by `expiry`. False while too many are under way;
  // RESOURCE_EXHAUSTED while the practice system refuses calls; NOT_FOUND when the reservation has
  // expired.
  absl::StatusOr<bool> Start(std::int64_t id, absl::Time expiry);
  void End(std::int64_t id, const connector::BudgetReport& report);
  // Gives a reservation back.
  void Cancel(std::int64_t id);

  // What is left for people; nullopt where there is no limit.
  std::optional<int> minute_remaining() const;
  std::optional<int> day_remaining() const;
  // Until when the practice system refuses calls; nullopt while it doesn't.
  std::optional<absl::Time> closed_until() const;

 private:
  using Call = storage::v1::CallLedger::Call;

  void DropWhatIsOver();
  Call* Find(std::int64_t id);
  int Begun() const;  // those under way or ended
  int InFlight() const;
  int InMinute() const;
  int InDay() const;
  absl::Status CheckClosed() const;
  absl::Status CheckMinute(int calls, Priority priority) const;
  absl::Status CheckDay(int calls, Priority priority) const;
  // When `calls` of those that count towards the minute will have stopped to.
  absl::Time MinuteFree(int calls) const;
  absl::Time DayFree(int calls) const;
  void CountDay();
  void Report(const connector::BudgetReport& report);

  storage::v1::CallLedger& stored_;
  const connector::CallLimits limits_;
  const absl::Time now_;
};

}  // namespace profilesync::budget
