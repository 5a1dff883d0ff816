#pragma once

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

}  // namespace profilesync
