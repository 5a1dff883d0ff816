#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace profilesync::robustness {

enum class StepKind {
  kSave,
  kStaffEdit,
  kSync,
  kSuggestions,
  kRevert,
  kRestore,
  kResolve,
  kResume,
  kRefreshLink,
  kRefreshFirm,
  kLink,
  kUnlink,
  kNewProfile,
  kNewClient,
  kExport,
  kRepeat,
  kRace,
  kRelease,
  kTime,
  kBackground,
  kKill,
  kRestart,
  kBehaviour,
  kApplyLate,
};

std::string NameOf(StepKind kind);

// One step. What it is about it draws from its own seed, among what exists by then, so that it
// means something whatever steps went before.
struct Step {
  StepKind kind = StepKind::kSave;
  int number = 0;  // its place in the list
  std::uint64_t seed = 0;
};

// The same for the same seed on every machine.
std::vector<Step> StepsOf(std::uint64_t seed, int count);

// What a step draws from. Not by a distribution: these differ between libraries.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next();
  // Below `end`.
  int Below(int end) { return static_cast<int>(Next() % static_cast<std::uint64_t>(end)); }
  bool OneIn(int n) { return Below(n) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace profilesync::robustness
