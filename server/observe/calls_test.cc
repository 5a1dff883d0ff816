#include "server/observe/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <numeric>
#include <sstream>

namespace profilesync::observe {
namespace {

using ::testing::HasSubstr;

TEST(HistogramTest, CountsByUpperBound) {
  struct Case {
    absl::Duration duration;
    int index;
  };
  const Case cases[] = {{absl::ZeroDuration(), 0},      {absl::Nanoseconds(62'500), 0},
                        {absl::Nanoseconds(62'501), 1}, {absl::Milliseconds(1), 4},
                        {absl::Seconds(30), 19},        {absl::Hours(1), 20}};
  for (const Case& c : cases) {
    Histogram histogram;
    histogram.Add(c.duration);
    EXPECT_EQ(histogram.Counts()[c.index], 1) << c.duration;
    EXPECT_EQ(histogram.Sum(), c.duration);
  }
}

TEST(MethodCallsTest, CountsByCode) {
  MethodCalls calls;
  calls.Add(absl::StatusCode::kOk, absl::Milliseconds(1));
  calls.Add(absl::StatusCode::kOk, absl::Milliseconds(2));
  calls.Add(absl::StatusCode::kUnauthenticated, absl::Milliseconds(3));
  EXPECT_EQ(calls.Count(absl::StatusCode::kOk), 2);
  EXPECT_EQ(calls.Count(absl::StatusCode::kUnauthenticated), 1);
  EXPECT_EQ(calls.Count(absl::StatusCode::kNotFound), 0);
  const auto counts = calls.latency().Counts();
  EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), 3);
}

TEST(LogCallTest, OneLineWhateverTheDetailHolds) {
  std::ostringstream out;
  auto logger =
      std::make_shared<spdlog::logger>("t", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(logger);
  LogCall({.id = "c1",
           .method = "m",
           .caller = "portal",
           .firm = "a",
           .code = absl::StatusCode::kInternal,
           .duration = absl::Milliseconds(2),
           .detail = "first\nsecond"});
  spdlog::set_default_logger(before);
  const std::string line = out.str();
  EXPECT_THAT(line, HasSubstr("id=c1 method=m caller=\"portal\" firm=a code=INTERNAL ms=2.000"));
  EXPECT_THAT(line, HasSubstr("[error]"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

}  // namespace
}  // namespace profilesync::observe
