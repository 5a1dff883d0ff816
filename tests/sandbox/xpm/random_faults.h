#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/fault.h"

namespace profilesync::xpm_sandbox {

// Faults that strike calls of the practice system's API at random. The same seed strikes the same
// calls of a given order with the same faults.
struct RandomFaults {
  uint64_t seed = 0;
  // Of a call's being struck: 0 is never, 1 always.
  double probability = 0;
  // One of these, each as likely as another; empty for RandomFaultKinds(). Whether a call has been
  // applied when it fails is left to chance too, but for failures of which XPM's callers may
  // believe that it hasn't: 401, 403, 409, 429, redirects and business errors.
  std::vector<FaultKind> kinds;
  // As in Fault.
  int64_t delay_ms = 200;
  int retry_after = 1;
};

// All kinds that need no `element` and don't wait for somebody to release them.
std::vector<FaultKind> RandomFaultKinds();

// INVALID_ARGUMENT for a probability, a delay or a kind that can't be.
absl::Status CheckRandomFaults(const RandomFaults& faults);

// "SEED:PROBABILITY" or "SEED:PROBABILITY:KIND,KIND": "7:0.05:500,drop". INVALID_ARGUMENT.
absl::StatusOr<RandomFaults> ParseRandomFaults(const std::string& text);

// Thread-safe.
class RandomFaultSource {
 public:
  explicit RandomFaultSource(const RandomFaults& faults) { Set(faults); }

  // Begins with the seed. `faults` have been checked.
  void Set(const RandomFaults& faults);
  // Those in force, with their kinds.
  RandomFaults Get() const;
  // What strikes the next call.
  std::optional<Fault> Next();

 private:
  mutable std::mutex mutex_;
  RandomFaults faults_;
  std::mt19937_64 random_;
};

}  // namespace profilesync::xpm_sandbox
