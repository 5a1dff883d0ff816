#include "server/observe/calls.h"

#include <spdlog/spdlog.h>

#include "absl/strings/escaping.h"
#include "common/status.h"

namespace profilesync::observe {
namespace {

constexpr absl::Duration kFirstBound = absl::Nanoseconds(62'500);

bool IsDefect(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

spdlog::level::level_enum LevelOf(const CallLine& line) {
  constexpr absl::Duration kSlow = absl::Seconds(1);
  if (IsDefect(line.code)) {
    return spdlog::level::err;
  }
  const bool routine =
      line.only_reads && line.code == absl::StatusCode::kOk && line.duration < kSlow;
  return routine ? spdlog::level::debug : spdlog::level::info;
}

}  // namespace

absl::Duration Histogram::BoundOf(int index) { return kFirstBound * (std::int64_t{1} << index); }

void Histogram::Add(absl::Duration duration) {
  int index = 0;
  while (index < kBounds && duration > BoundOf(index)) {
    ++index;
  }
  counts_[index].fetch_add(1, std::memory_order_relaxed);
  sum_nanoseconds_.fetch_add(absl::ToInt64Nanoseconds(duration), std::memory_order_relaxed);
}

std::vector<std::int64_t> Histogram::Counts() const {
  std::vector<std::int64_t> counts;
  for (const auto& count : counts_) {
    counts.push_back(count.load(std::memory_order_relaxed));
  }
  return counts;
}

absl::Duration Histogram::Sum() const {
  return absl::Nanoseconds(sum_nanoseconds_.load(std::memory_order_relaxed));
}

void MethodCalls::Add(absl::StatusCode code, absl::Duration duration) {
  counts_[static_cast<int>(code) % kCodes].fetch_add(1, std::memory_order_relaxed);
  latency_.Add(duration);
}

std::int64_t MethodCalls::Count(absl::StatusCode code) const {
  return counts_[static_cast<int>(code) % kCodes].load(std::memory_order_relaxed);
}

void LogCall(const CallLine& line) {
  const auto level = LevelOf(line);
  if (!spdlog::should_log(level)) {
    return;
  }
  const std::string code = absl::StatusCodeToString(line.code);
  // A person's name is what the caller made it.
  const std::string caller = absl::CHexEscape(AV(line.caller));
  const double ms = absl::ToDoubleMilliseconds(line.duration);
  if (line.detail.empty()) {
    spdlog::log(level, "call id={} method={} caller=\"{}\" firm={} code={} ms={:.3f}", line.id,
                line.method, caller, line.firm, code, ms);
  } else {
    spdlog::log(level, "call id={} method={} caller=\"{}\" firm={} code={} ms={:.3f} detail=\"{}\"",
                line.id, line.method, caller, line.firm, code, ms,
                absl::CHexEscape(AV(line.detail)));
  }
}

}  // namespace profilesync::observe
