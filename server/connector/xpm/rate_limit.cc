#include "server/connector/xpm/rate_limit.h"

#include <algorithm>

#include "absl/strings/numbers.h"

namespace profilesync::connector::xpm {
namespace {

constexpr absl::Duration kDefaultRetryDelay = absl::Seconds(2);
constexpr absl::Duration kLongestRetryDelay = absl::Hours(24);

std::optional<int> CountIn(const http::HttpHeaders& headers, const char* name) {
  int count = 0;
  const bool found = absl::SimpleAtoi(headers.Find(name).value_or(""), &count) && count >= 0;
  return found ? std::optional<int>(count) : std::nullopt;
}

}  // namespace

absl::Duration RetryDelayOf(const http::HttpHeaders& headers) {
  const std::optional<int> seconds = CountIn(headers, "Retry-After");
  return seconds && *seconds > 0 ? std::min(absl::Seconds(*seconds), kLongestRetryDelay)
                                 : kDefaultRetryDelay;
}

BudgetReport BudgetReportOf(const http::HttpResult& result) {
  BudgetReport report{.minute_remaining = CountIn(result.headers, "X-MinLimit-Remaining"),
                      .day_remaining = CountIn(result.headers, "X-DayLimit-Remaining")};
  if (result.status == 429) {
    report.closed_for = RetryDelayOf(result.headers);
  }
  return report;
}

}  // namespace profilesync::connector::xpm
