#include "server/budget/ledger.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/proto_time.h"
#include "common/status.h"

namespace profilesync::budget {
namespace {

constexpr absl::Duration kMinute = absl::Minutes(1);
constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kQuarter = absl::Minutes(15);
// No call is reserved or under way for as long.
constexpr absl::Duration kLongest = absl::Minutes(20);
// For how long what the practice system said of the day is believed: its window may have ended.
constexpr absl::Duration kDayReportLife = absl::Hours(1);

// What is left to people of each limit.
int MinuteReserve(int limit) { return limit / 3; }
int DayReserve(int limit) { return limit / 5; }
int InFlightReserve(int limit) { return limit / 2; }

absl::Status Exhausted(std::string_view limit, absl::Duration delay) {
  return WithRetryAfter(
      MakeError(
          absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED,
          absl::StrCat("the practice system allows no more calls for now (", AV(limit), " limit)")),
      delay);
}

}  // namespace

Ledger::Ledger(storage::v1::CallLedger* stored, const connector::CallLimits& limits, absl::Time now)
    : stored_(*stored), limits_(limits), now_(now) {
  DropWhatIsOver();
}

void Ledger::DropWhatIsOver() {
  auto& calls = *stored_.mutable_calls();
  for (Call& call : calls) {
    // What is further ahead is of a clock that has been set back since; it counts from now on.
    if (call.has_end_time() && FromProto(call.end_time()) > now_) {
      *call.mutable_end_time() = ToProto(now_);
    }
    if (FromProto(call.expire_time()) > now_ + kLongest) {
      *call.mutable_expire_time() = ToProto(now_ + kLongest);
    }
    // Whoever began it is gone.
    if (call.has_start_time() && !call.has_end_time() && FromProto(call.expire_time()) <= now_) {
      *call.mutable_end_time() = call.expire_time();
    }
  }
  const auto over = [&](const Call& call) {
    if (!call.has_start_time()) {
      return FromProto(call.expire_time()) <= now_;
    }
    return call.has_end_time() &&
           (limits_.per_minute == 0 || FromProto(call.end_time()) + kMinute <= now_);
  };
  calls.erase(std::remove_if(calls.begin(), calls.end(), over), calls.end());
  auto& quarters = *stored_.mutable_quarters();
  quarters.erase(std::remove_if(quarters.begin(), quarters.end(),
                                [&](const auto& quarter) {
                                  return FromProto(quarter.start_time()) + kQuarter + kDay <= now_;
                                }),
                 quarters.end());
  const absl::Time others_over = FromProto(stored_.other_calls_expire_time());
  if (others_over <= now_ || others_over > now_ + kMinute) {
    stored_.clear_other_calls();
  }
}

Ledger::Call* Ledger::Find(std::int64_t id) {
  auto& calls = *stored_.mutable_calls();
  const auto found =
      std::find_if(calls.begin(), calls.end(), [&](const Call& call) { return call.id() == id; });
  return found == calls.end() ? nullptr : &*found;
}

int Ledger::Begun() const {
  return static_cast<int>(std::count_if(stored_.calls().begin(), stored_.calls().end(),
                                        [](const Call& call) { return call.has_start_time(); }));
}

int Ledger::InFlight() const {
  return static_cast<int>(std::count_if(
      stored_.calls().begin(), stored_.calls().end(),
      [](const Call& call) { return call.has_start_time() && !call.has_end_time(); }));
}

int Ledger::InMinute() const { return stored_.calls_size() + stored_.other_calls(); }

int Ledger::InDay() const {
  int sum = stored_.calls_size() - Begun();
  for (const auto& quarter : stored_.quarters()) {
    sum += quarter.calls();
  }
  return sum;
}

std::optional<int> Ledger::minute_remaining() const {
  return limits_.per_minute == 0 ? std::nullopt
                                 : std::optional<int>(std::max(0, limits_.per_minute - InMinute()));
}

std::optional<int> Ledger::day_remaining() const {
  if (limits_.per_day == 0) {
    return std::nullopt;
  }
  int left = limits_.per_day - InDay();
  if (FromProto(stored_.day_report_time()) + kDayReportLife > now_) {
    left = std::min(left, stored_.day_remaining() - (stored_.calls_size() - Begun()));
  }
  return std::max(0, left);
}

std::optional<absl::Time> Ledger::closed_until() const {
  const absl::Time until = FromProto(stored_.closed_until_time());
  return until > now_ ? std::optional<absl::Time>(until) : std::nullopt;
}

absl::Status Ledger::CheckClosed() const {
  const auto until = closed_until();
  return until ? Exhausted("the practice system's own", *until - now_) : absl::OkStatus();
}

absl::Status Ledger::CheckMinute(int calls, Priority priority) const {
  if (limits_.per_minute == 0) {
    return absl::OkStatus();
  }
  const int reserve = priority == Priority::kPerson ? 0 : MinuteReserve(limits_.per_minute);
  const int missing = InMinute() + calls - (limits_.per_minute - reserve);
  return missing <= 0 ? absl::OkStatus() : Exhausted("minute", MinuteFree(missing) - now_);
}

absl::Time Ledger::MinuteFree(int calls) const {
  std::vector<absl::Time> free(static_cast<std::size_t>(stored_.other_calls()),
                               FromProto(stored_.other_calls_expire_time()));
  for (const Call& call : stored_.calls()) {
    free.push_back((call.has_end_time() ? FromProto(call.end_time()) : now_) + kMinute);
  }
  std::sort(free.begin(), free.end());
  const auto index = static_cast<std::size_t>(calls - 1);
  return index < free.size() ? free[index] : now_ + kMinute;
}

absl::Status Ledger::CheckDay(int calls, Priority priority) const {
  const std::optional<int> left = day_remaining();
  if (!left) {
    return absl::OkStatus();
  }
  const int reserve = priority == Priority::kPerson ? 0 : DayReserve(limits_.per_day);
  const int missing = calls + reserve - *left;
  return missing <= 0 ? absl::OkStatus() : Exhausted("day", DayFree(missing) - now_);
}

absl::Time Ledger::DayFree(int calls) const {
  if (limits_.per_day - InDay() > *day_remaining()) {
    return FromProto(stored_.day_report_time()) + kDayReportLife;  // then it is asked again
  }
  int freed = 0;
  for (const auto& quarter : stored_.quarters()) {
    freed += quarter.calls();
    if (freed >= calls) {
      return FromProto(quarter.start_time()) + kQuarter + kDay;
    }
  }
  return now_ + kDay;
}

absl::Status Ledger::Reserve(int calls, Priority priority, absl::Time expiry,
                             std::vector<std::int64_t>* ids) {
  RETURN_IF_ERROR(CheckClosed());
  RETURN_IF_ERROR(CheckMinute(calls, priority));
  RETURN_IF_ERROR(CheckDay(calls, priority));
  for (int i = 0; i < calls; ++i) {
    Call& call = *stored_.add_calls();
    call.set_id(stored_.last_id() + 1);
    stored_.set_last_id(call.id());
    call.set_background(priority == Priority::kBackground);
    *call.mutable_expire_time() = ToProto(expiry);
    ids->push_back(call.id());
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Ledger::Start(std::int64_t id, absl::Time expiry) {
  RETURN_IF_ERROR(CheckClosed());
  Call* const call = Find(id);
  if (call == nullptr) {
    return absl::NotFoundError("the reservation has expired");
  }
  const int reserve = call->background() ? InFlightReserve(limits_.in_flight) : 0;
  if (limits_.in_flight > 0 && InFlight() >= limits_.in_flight - reserve) {
    return false;
  }
  *call->mutable_start_time() = ToProto(now_);
  *call->mutable_expire_time() = ToProto(expiry);
  CountDay();
  return true;
}

void Ledger::CountDay() {
  if (limits_.per_day == 0) {
    return;
  }
  const absl::Time start = absl::UnixEpoch() + absl::Floor(now_ - absl::UnixEpoch(), kQuarter);
  auto& quarters = *stored_.mutable_quarters();
  if (quarters.empty() || FromProto(quarters.rbegin()->start_time()) < start) {
    *quarters.Add()->mutable_start_time() = ToProto(start);
  }
  quarters.rbegin()->set_calls(quarters.rbegin()->calls() + 1);
  stored_.set_day_remaining(stored_.day_remaining() - 1);
}

void Ledger::End(std::int64_t id, const connector::BudgetReport& report) {
  if (Call* const call = Find(id)) {
    *call->mutable_end_time() = ToProto(now_);
  }
  Report(report);
  DropWhatIsOver();
}

void Ledger::Report(const connector::BudgetReport& report) {
  if (report.minute_remaining && limits_.per_minute > 0) {
    stored_.set_other_calls(std::max(0, limits_.per_minute - *report.minute_remaining - Begun()));
    *stored_.mutable_other_calls_expire_time() = ToProto(now_ + kMinute);
  }
  if (report.day_remaining && limits_.per_day > 0) {
    stored_.set_day_remaining(*report.day_remaining);
    *stored_.mutable_day_report_time() = ToProto(now_);
  }
  if (report.closed_for) {
    *stored_.mutable_closed_until_time() =
        ToProto(std::max(now_ + *report.closed_for, FromProto(stored_.closed_until_time())));
  }
}

void Ledger::Cancel(std::int64_t id) {
  auto& calls = *stored_.mutable_calls();
  calls.erase(
      std::remove_if(calls.begin(), calls.end(),
                     [&](const Call& call) { return call.id() == id && !call.has_start_time(); }),
      calls.end());
}

}  // namespace profilesync::budget
