#pragma once

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace profilesync {

// Where the time comes from. Thread-safe. Times that are stored or compared with another machine's
// come from Now(); it may step backwards when the machine's clock is set.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};

}  // namespace profilesync
