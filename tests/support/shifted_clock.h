#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/clock.h"
#include "common/clock.h"

namespace profilesync::testing {

// The system's clock, as far ahead as a test has moved it. Thread-safe.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(absl::Duration ahead = absl::ZeroDuration())
      : ahead_nanoseconds_(absl::ToInt64Nanoseconds(ahead)) {}

  absl::Time Now() const override {
    return absl::Now() + absl::Nanoseconds(ahead_nanoseconds_.load());
  }
  void Advance(absl::Duration duration) {
    ahead_nanoseconds_ += absl::ToInt64Nanoseconds(duration);
  }

 private:
  std::atomic<std::int64_t> ahead_nanoseconds_;
};

}  // namespace profilesync::testing
