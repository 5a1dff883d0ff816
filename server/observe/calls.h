#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace profilesync::observe {

// How long calls took: counts by upper bound. Thread-safe; adding takes no lock.
class Histogram {
 public:
  // The upper bounds, each twice the one before, from 62.5 µs to 32.8 s; what took longer is
  // counted behind the last.
  static constexpr int kBounds = 20;
  static absl::Duration BoundOf(int index);

  void Add(absl::Duration duration);
  // Counts by bound; one more entry than there are bounds.
  std::vector<std::int64_t> Counts() const;
  absl::Duration Sum() const;

 private:
  std::array<std::atomic<std::int64_t>, kBounds + 1> counts_{};
  std::atomic<std::int64_t> sum_nanoseconds_{0};
};

// What is counted of one method. Thread-safe.
class MethodCalls {
 public:
  static constexpr int kCodes = 17;  // those of gRPC, 0 to 16

  void Add(absl::StatusCode code, absl::Duration duration);
  std::int64_t Count(absl::StatusCode code) const;
  const Histogram& latency() const { return latency_; }

 private:
  std::array<std::atomic<std::int64_t>, kCodes> counts_{};
  Histogram latency_;
};

// What is said in the log of each call. Fields of requests and answers never are.
struct CallLine {
  std::string_view id;
  std::string_view method;  // "profilesync.v1.FirmService.GetFirm"
  std::string_view caller;  // Caller::Actor(); "" before it is known
  std::string_view firm;
  absl::StatusCode code = absl::StatusCode::kOk;
  absl::Duration duration;
  bool only_reads = false;  // the store, and nothing else
  // What only the log may tell of an error; "" for none.
  std::string_view detail;
};

// Writes one line at level info; for a defect of the server (INTERNAL, UNKNOWN, DATA_LOSS) at
// error, and at debug for a call that only read and succeeded in less than a second: a line for
// each of these would cost a tenth of what it takes to answer them.
void LogCall(const CallLine& line);

}  // namespace profilesync::observe
