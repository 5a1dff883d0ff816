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

// The line that is written for `call` with the log at `level`.
std::string Logged(const CallLine& call, spdlog::level::level_enum level) {
  std::ostringstream out;
  auto logger =
      std::make_shared<spdlog::logger>("t", std::make_shared<spdlog::sinks::ostream_sink_st>(out));
  logger->set_level(level);
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(logger);
  LogCall(call);
  spdlog::set_default_logger(before);
  return out.str();
}

TEST(LogCallTest, OneLineWhateverTheDetailHolds) {
  const std::string line = Logged({.id = "c1",
                                   .method = "m",
                                   .caller = "portal",
                                   .firm = "a",
                                   .code = absl::StatusCode::kInternal,
                                   .duration = absl::Milliseconds(2),
                                   .detail = "first\nsecond"},
                                  spdlog::level::info);
  EXPECT_THAT(line, HasSubstr("id=c1 method=m caller=\"portal\" firm=a code=INTERNAL ms=2.000"));
  EXPECT_THAT(line, HasSubstr("[error]"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(LogCallTest, OnlyReadsThatSucceedSoonAreForDebugging) {
  constexpr auto kOk = absl::StatusCode::kOk, kNotFound = absl::StatusCode::kNotFound;
  struct Case {
    CallLine call;
    bool at_info;
  };
  const Case cases[] = {
      {{.code = kOk, .duration = absl::Milliseconds(999), .only_reads = true}, false},
      {{.code = kOk, .duration = absl::Seconds(1), .only_reads = true}, true},
      {{.code = kNotFound, .duration = absl::Milliseconds(1), .only_reads = true}, true},
      {{.code = kOk, .duration = absl::Milliseconds(1), .only_reads = false}, true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(!Logged(c.call, spdlog::level::info).empty(), c.at_info) << c.call.duration;
    EXPECT_NE(Logged(c.call, spdlog::level::debug), "");
  }
}

}  // namespace
}  // namespace profilesync::observe
