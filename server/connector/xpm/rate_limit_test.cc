#include "server/connector/xpm/rate_limit.h"

#include <gtest/gtest.h>

namespace profilesync::connector::xpm {
namespace {

http::HttpResult Answer(int status,
                        const std::vector<std::pair<std::string, std::string>>& headers) {
  http::HttpResult result;
  result.status = status;
  for (const auto& [name, value] : headers) {
    result.headers.Set(name, value);
  }
  return result;
}

TEST(RateLimitTest, ReadsWhatIsLeft) {
  const BudgetReport report = BudgetReportOf(
      Answer(200, {{"X-MinLimit-Remaining", "59"}, {"x-daylimit-remaining", "4999"}}));
  EXPECT_EQ(report.minute_remaining, 59);
  EXPECT_EQ(report.day_remaining, 4999);
  EXPECT_EQ(report.closed_for, std::nullopt);
}

TEST(RateLimitTest, WhatIsAbsentOrNoCountIsNotKnown) {
  for (const char* value : {"", "many", "-1", "99999999999999999999"}) {
    const BudgetReport report = BudgetReportOf(Answer(200, {{"X-MinLimit-Remaining", value}}));
    EXPECT_EQ(report.minute_remaining, std::nullopt) << value;
    EXPECT_EQ(report.day_remaining, std::nullopt);
  }
}

TEST(RateLimitTest, RetryAfterIsBelievedWithinReason) {
  const auto delay = [](const char* value) {
    return *BudgetReportOf(Answer(429, {{"Retry-After", value}})).closed_for;
  };
  EXPECT_EQ(delay("22"), absl::Seconds(22));
  EXPECT_EQ(delay("20000"), absl::Seconds(20000));  // a day's breach
  EXPECT_EQ(delay("1000000"), absl::Hours(24));
  for (const char* value : {"0", "-5", "soon", "Fri, 27 Nov 2026 03:00:00 GMT"}) {
    EXPECT_EQ(delay(value), absl::Seconds(2)) << value;
  }
  EXPECT_EQ(*BudgetReportOf(Answer(429, {})).closed_for, absl::Seconds(2));
  EXPECT_EQ(BudgetReportOf(Answer(503, {{"Retry-After", "9"}})).closed_for, std::nullopt);
}

}  // namespace
}  // namespace profilesync::connector::xpm
