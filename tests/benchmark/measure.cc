#include "tests/benchmark/measure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "common/status.h"

namespace profilesync::benchmark {

absl::StatusOr<std::vector<Series>> RunRounds(const std::string& unit,
                                              const std::vector<Variant>& variants, int rounds) {
  std::vector<Series> series;
  for (const Variant& variant : variants) {
    series.push_back({.name = variant.name, .unit = unit, .rates = {}});
    RETURN_IF_ERROR(variant.run().status());
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const std::size_t which = round % 2 == 0 ? i : variants.size() - 1 - i;
      ASSIGN_OR_RETURN(const double rate, variants[which].run());
      series[which].rates.push_back(rate);
    }
  }
  return series;
}

Ratio RatioOf(std::string name, const Series& of, const Series& to) {
  Ratio ratio{.name = std::move(name), .values = {}, .aim = {}, .goal = {}};
  for (std::size_t i = 0; i < of.rates.size(); ++i) {
    ratio.values.push_back(of.rates[i] / to.rates[i]);
  }
  return ratio;
}

double Min(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double Max(const std::vector<double>& values) {
  return *std::max_element(values.begin(), values.end());
}

absl::StatusOr<double> RateOfEach(int count, int threads,
                                  const std::function<absl::Status(int)>& work) {
  std::atomic<int> next = 0;
  std::vector<absl::Status> results(threads);
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> running;
    for (absl::Status& result : results) {
      running.emplace_back([&] {
        for (int i = next++; i < count && result.ok(); i = next++) {
          result = work(i);
        }
      });
    }
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  for (const absl::Status& result : results) {
    RETURN_IF_ERROR(result);
  }
  return count / taken.count();
}

double RateOf(absl::Duration length, int work_per_step, const std::function<void()>& step) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const Clock::time_point end = start + absl::ToChronoNanoseconds(length);
  double work = 0;
  Clock::time_point now = start;
  while (now < end) {
    step();
    work += work_per_step;
    now = Clock::now();
  }
  return work / std::chrono::duration<double>(now - start).count();
}

}  // namespace profilesync::benchmark
