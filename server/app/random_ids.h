#pragma once

#include "common/clock.h"
#include "common/ids.h"

namespace profilesync::app {

// Ids of 26 lower-case letters and digits: the time in milliseconds, then 80 random bits.
// Thread-safe.
class RandomIds final : public IdSource {
 public:
  // `clock` is borrowed.
  explicit RandomIds(const Clock& clock) : clock_(clock) {}
  std::string NewId() override;

 private:
  const Clock& clock_;
};

}  // namespace profilesync::app
