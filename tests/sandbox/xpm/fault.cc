#include "tests/sandbox/xpm/fault.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace profilesync::xpm_sandbox {
namespace {

constexpr auto kLookForCallerEvery = std::chrono::milliseconds(20);

const std::vector<std::pair<FaultKind, std::string>>& Names() {
  static const auto* const kNames = new std::vector<std::pair<FaultKind, std::string>>{
      {FaultKind::kHtml, "html"},
      {FaultKind::kEmpty, "empty"},
      {FaultKind::kUnauthorized, "401"},
      {FaultKind::kForbidden, "403"},
      {FaultKind::kConflict, "409"},
      {FaultKind::kRateMinute, "429_minute"},
      {FaultKind::kRateDay, "429_day"},
      {FaultKind::kRateConcurrent, "429_concurrent"},
      {FaultKind::kServerError, "500"},
      {FaultKind::kServerErrorJunk, "500_junk"},
      {FaultKind::kUnavailable, "503"},
      {FaultKind::kRedirect, "redirect"},
      {FaultKind::kBusinessError, "error"},
      {FaultKind::kDrop, "drop"},
      {FaultKind::kTimeout, "timeout"},
      {FaultKind::kHang, "hang"},
      {FaultKind::kHalf, "half"},
      {FaultKind::kOversize, "oversize"},
      {FaultKind::kCloseMidBody, "close_mid_body"},
      {FaultKind::kResetMidBody, "reset_mid_body"},
      {FaultKind::kAlsoSet, "also_set"},
      {FaultKind::kEditAfter, "edit_after"},
  };
  return *kNames;
}

}  // namespace

std::string NameOf(FaultKind kind) {
  for (const auto& [k, name] : Names()) {
    if (k == kind) return name;
  }
  return "";
}

std::optional<FaultKind> FaultKindNamed(const std::string& name) {
  for (const auto& [kind, n] : Names()) {
    if (n == name) return kind;
  }
  return std::nullopt;
}

std::vector<std::string> FaultKindNames() {
  std::vector<std::string> out;
  for (const auto& [kind, name] : Names()) out.push_back(name);
  return out;
}

void FaultQueue::Add(Fault fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fault.times != 0) faults_.push_back(std::move(fault));
}

std::optional<Fault> FaultQueue::Take(const std::string& endpoint) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.endpoint == "*" || fault.endpoint == endpoint;
  });
  if (it == faults_.end()) return std::nullopt;
  Fault taken = *it;
  if (it->times != Fault::kUntilCleared && --it->times == 0) faults_.erase(it);
  return taken;
}

std::vector<Fault> FaultQueue::Waiting() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return faults_;
}

void FaultQueue::Clear() {
  std::lock_guard<std::mutex> lock(mutex_);
  faults_.clear();
}

FaultQueue::Wake FaultQueue::Hang(const std::function<bool()>& caller_gone) {
  std::unique_lock<std::mutex> lock(mutex_);
  const int64_t releases_before = releases_;
  ++hanging_;
  bool gone = false;
  while (!stopped_ && releases_ == releases_before && !gone) {
    wake_.wait_for(lock, kLookForCallerEvery);
    gone = caller_gone();
  }
  --hanging_;
  if (stopped_) return Wake::kStopped;
  return releases_ != releases_before ? Wake::kReleased : Wake::kCallerGone;
}

void FaultQueue::Release() {
  std::lock_guard<std::mutex> lock(mutex_);
  ++releases_;
  wake_.notify_all();
}

void FaultQueue::Stop() {
  std::lock_guard<std::mutex> lock(mutex_);
  stopped_ = true;
  wake_.notify_all();
}

int FaultQueue::hanging() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return hanging_;
}

}  // namespace profilesync::xpm_sandbox
