#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::benchmark {

// The rates that one thing had, one for each round. A plain value.
struct Series {
  std::string name;
  std::string unit;  // "calls/s"
  std::vector<double> rates;
};

// One series against another that was measured beside it, round by round.
struct Ratio {
  std::string name;
  std::vector<double> values;
  std::optional<double> aim;   // of the median, or more
  std::optional<double> goal;  // what is hoped for beyond the aim
};

// Something to measure: runs it once and returns its rate.
struct Variant {
  std::string name;
  std::function<absl::StatusOr<double>()> run;
};

// Runs every variant once, uncounted, then once in every round; the order is turned round from one
// round to the next, so that what slows the machine down favours none. The first error ends it.
absl::StatusOr<std::vector<Series>> RunRounds(const std::string& unit,
                                              const std::vector<Variant>& variants, int rounds);

// `of` / `to`, which come from the same rounds.
Ratio RatioOf(std::string name, const Series& of, const Series& to);

// `values` isn't empty.
double Min(const std::vector<double>& values);
double Median(std::vector<double> values);
double Max(const std::vector<double>& values);

// Does `work` for 0 to `count` - 1, on so many threads; how many a second, or the first error.
absl::StatusOr<double> RateOfEach(int count, int threads,
                                  const std::function<absl::Status(int)>& work);

// Repeats `step`, which does so much work each time, for `length` on this thread; the rate of work.
double RateOf(absl::Duration length, int work_per_step, const std::function<void()>& step);

}  // namespace profilesync::benchmark
