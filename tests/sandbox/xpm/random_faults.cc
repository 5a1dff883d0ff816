#include "tests/sandbox/xpm/random_faults.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace profilesync::xpm_sandbox {
namespace {

bool CanBeRandom(FaultKind kind) {
  const FaultElement element = ElementOf(kind);
  return element == FaultElement::kNone || element == FaultElement::kOptional;
}

// Whether XPM can have done the work of a call that it answers so. What its gateway refuses never
// gets that far, and a caller may rely on that.
bool CanHaveApplied(FaultKind kind) {
  switch (kind) {
    case FaultKind::kHtml:
    case FaultKind::kEmpty:
    case FaultKind::kServerError:
    case FaultKind::kServerErrorJunk:
    case FaultKind::kUnavailable:
    case FaultKind::kDrop:
    case FaultKind::kTimeout:
    case FaultKind::kHang:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::vector<FaultKind> RandomFaultKinds() {
  std::vector<FaultKind> kinds;
  for (const std::string& name : FaultKindNames()) {
    const FaultKind kind = *FaultKindNamed(name);
    if (CanBeRandom(kind) && kind != FaultKind::kHang) kinds.push_back(kind);
  }
  return kinds;
}

absl::Status CheckRandomFaults(const RandomFaults& faults) {
  if (!(faults.probability >= 0 && faults.probability <= 1)) {
    return absl::InvalidArgumentError("a probability is between 0 and 1");
  }
  if (faults.delay_ms < 0 || faults.delay_ms > Fault::kMaxDelayMs) {
    return absl::InvalidArgumentError("delay_ms takes 0 milliseconds to an hour");
  }
  for (const FaultKind kind : faults.kinds) {
    if (!CanBeRandom(kind)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", NameOf(kind), "' needs an element: it can't come at random"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RandomFaults> ParseRandomFaults(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  RandomFaults faults;
  const bool numbers = (parts.size() == 2 || parts.size() == 3) &&
                       absl::SimpleAtoi(parts[0], &faults.seed) &&
                       absl::SimpleAtod(parts[1], &faults.probability);
  if (!numbers) {
    return absl::InvalidArgumentError(
        "random faults are SEED:PROBABILITY or "
        "SEED:PROBABILITY:KIND,KIND, not '" +
        text + "'");
  }
  const std::vector<std::string> names =
      absl::StrSplit(parts.size() == 3 ? parts[2] : "", ',', absl::SkipEmpty());
  for (const std::string& name : names) {
    const std::optional<FaultKind> kind = FaultKindNamed(name);
    if (!kind) return absl::InvalidArgumentError("no fault '" + name + "'");
    faults.kinds.push_back(*kind);
  }
  const absl::Status status = CheckRandomFaults(faults);
  if (!status.ok()) return status;
  return faults;
}

void RandomFaultSource::Set(const RandomFaults& faults) {
  std::lock_guard<std::mutex> lock(mutex_);
  faults_ = faults;
  if (faults_.kinds.empty()) faults_.kinds = RandomFaultKinds();
  random_.seed(faults_.seed);
}

RandomFaults RandomFaultSource::Get() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return faults_;
}

std::optional<Fault> RandomFaultSource::Next() {
  std::lock_guard<std::mutex> lock(mutex_);
  // Three numbers a call, struck or not, and no std distribution: what those make of a seed is left
  // to the library.
  const double chance = static_cast<double>(random_() >> 11) * 0x1.0p-53;
  const uint64_t pick = random_();
  const bool applied = (random_() & 1) == 1;
  if (chance >= faults_.probability) return std::nullopt;
  const FaultKind kind = faults_.kinds[pick % faults_.kinds.size()];
  return Fault{.kind = kind,
               .applied = applied && CanHaveApplied(kind),
               .retry_after = faults_.retry_after,
               .delay_ms = faults_.delay_ms};
}

}  // namespace profilesync::xpm_sandbox
