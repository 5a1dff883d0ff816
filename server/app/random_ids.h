#pragma once

#include "common/clock.h"
#include "common/ids.h"

namespace profilesync::app {

// Ids of 26 lower-case letters and digits: the time in milliseconds, then 80 random bits. Secrets
// from the system's own source. Thread-safe; sodium_init() has been called.
class RandomIds final : public IdSource {
 public:
  // `clock` is borrowed.
  explicit RandomIds(const Clock& clock) : clock_(clock) {}
  std::string NewId() override;
  std::string NewSecret() override;

 private:
  const Clock& clock_;
};

}  // namespace profilesync::app
