#include "server/observe/calls.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "common/log.h"
#include "common/status.h"

namespace profilesync::observe {
namespace {

constexpr absl::Duration kFirstBound = absl::Nanoseconds(62'500);

bool IsDefect(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

LogLevel LevelOf(const CallLine& line) {
  constexpr absl::Duration kSlow = absl::Seconds(1);
  if (IsDefect(line.code)) {
    return LogLevel::kError;
  }
  const bool routine =
      line.only_reads && line.code == absl::StatusCode::kOk && line.duration < kSlow;
  return routine ? LogLevel::kDebug : LogLevel::kInfo;
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
  const LogLevel level = LevelOf(line);
  if (!IsLogged(level)) {
    return;
  }
  // A person's name is what the caller made it.
  std::string text =
      absl::StrCat("call id=", AV(line.id), " method=", AV(line.method), " caller=\"",
                   absl::CHexEscape(AV(line.caller)), "\" firm=", AV(line.firm),
                   " code=", absl::StatusCodeToString(line.code),
                   " ms=", absl::StrFormat("%.3f", absl::ToDoubleMilliseconds(line.duration)));
  if (!line.detail.empty()) {
    absl::StrAppend(&text, " detail=\"", absl::CHexEscape(AV(line.detail)), "\"");
  }
  Log(level, text);
}

}  // namespace profilesync::observe
