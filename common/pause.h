#pragma once

#include <algorithm>

#include "absl/time/time.h"

namespace profilesync {

// How long something of this process is to wait, by a clock that may be set back: that ends the
// wait instead of prolonging it. Thread-compatible.
class Pause {
 public:
  // Until then it is over.
  void Begin(absl::Time now, absl::Duration length) {
    begin_ = now;
    length_ = length;
  }
  bool IsOver(absl::Time now) const { return now >= begin_ + length_ || now < begin_; }

 private:
  absl::Time begin_ = absl::InfinitePast();
  absl::Duration length_ = absl::ZeroDuration();
};

// How long to wait after failures in a row: twice as long after each, up to `longest`.
// Thread-compatible.
class Backoff {
 public:
  Backoff(absl::Duration first, absl::Duration longest) : first_(first), longest_(longest) {}

  absl::Duration AfterFailure() {
    const absl::Duration wait = next_;
    next_ = std::max(first_, std::min(2 * next_, longest_));
    return wait;
  }
  void Succeeded() { next_ = first_; }
  // How long to wait after an attempt, for work that is done every `first`.
  absl::Duration After(bool success) {
    if (!success) {
      return AfterFailure();
    }
    Succeeded();
    return first_;
  }

 private:
  const absl::Duration first_;
  const absl::Duration longest_;
  absl::Duration next_ = first_;
};

}  // namespace profilesync
