#include "tests/sandbox/xpm/fault.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace profilesync::xpm_sandbox {
namespace {

constexpr auto kLookForCallerEvery = std::chrono::milliseconds(20);

struct Kind {
  FaultKind kind;
  std::string name;
  FaultElement element = FaultElement::kNone;
};

const std::vector<Kind>& Kinds() {
  using K = FaultKind;
  using E = FaultElement;
  static const auto* const kKinds = new std::vector<Kind>{
      {K::kHtml, "html"},
      {K::kEmpty, "empty"},
      {K::kUnauthorized, "401"},
      {K::kBadToken, "401_unsuccessful"},
      {K::kForbidden, "403"},
      {K::kConflict, "409"},
      {K::kRateMinute, "429_minute"},
      {K::kRateDay, "429_day"},
      {K::kRateConcurrent, "429_concurrent"},
      {K::kRateApp, "429_appminute"},
      {K::kServerError, "500"},
      {K::kServerErrorJunk, "500_junk"},
      {K::kUnavailable, "503"},
      {K::kRedirect, "redirect"},
      {K::kBusinessError, "error"},
      {K::kDrop, "drop"},
      {K::kTimeout, "timeout"},
      {K::kLateServerError, "late_500"},
      {K::kLateDrop, "late_drop"},
      {K::kLateTimeout, "late_timeout"},
      {K::kHang, "hang"},
      {K::kHalf, "half"},
      {K::kCutInClient, "cut_in_client"},
      {K::kCutAfterClient, "cut_after_client"},
      {K::kOversize, "oversize"},
      {K::kCloseMidBody, "close_mid_body"},
      {K::kResetMidBody, "reset_mid_body"},
      {K::kChunked, "chunked"},
      {K::kChunkedNoEnd, "chunked_no_end"},
      {K::kContentType, "content_type"},
      {K::kBom, "bom"},
      {K::kDeclaration, "declaration"},
      {K::kCrlf, "crlf"},
      {K::kTrailingNewline, "trailing_newline", E::kOptional},
      {K::kDuplicate, "duplicate", E::kOptional},
      {K::kDuplicateBefore, "duplicate_before", E::kOptional},
      {K::kReordered, "reordered"},
      {K::kUnknown, "unknown_elements"},
      {K::kAbsent, "absent", E::kOptional},
      {K::kComments, "comments"},
      {K::kCdata, "cdata"},
      {K::kEmptyForms, "empty_forms"},
      {K::kIndented, "indented"},
      {K::kHideClient, "hide_client", E::kUuid},
      {K::kUnasked, "unasked", E::kUuid},
      {K::kAlsoSet, "also_set", E::kScalar},
      {K::kEditAfter, "edit_after", E::kScalar},
  };
  return *kKinds;
}

const Kind& RowOf(FaultKind kind) {
  const auto& all = Kinds();
  return *std::find_if(all.begin(), all.end(), [&](const Kind& row) { return row.kind == kind; });
}

}  // namespace

std::string NameOf(FaultKind kind) { return RowOf(kind).name; }

void PrintTo(FaultKind kind, std::ostream* out) { *out << NameOf(kind); }

std::optional<FaultKind> FaultKindNamed(const std::string& name) {
  for (const Kind& row : Kinds()) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::vector<std::string> FaultKindNames() {
  std::vector<std::string> out;
  for (const Kind& row : Kinds()) out.push_back(row.name);
  return out;
}

FaultElement ElementOf(FaultKind kind) { return RowOf(kind).element; }

bool CanStrike(FaultKind kind, const std::string& endpoint) {
  if (ElementOf(kind) != FaultElement::kUuid) return true;
  const bool list = endpoint == "client.api/list" || endpoint == "client.api/paged-list" ||
                    endpoint == "client.api/search";
  return list || (kind == FaultKind::kUnasked && endpoint == "client.api/get");
}

void FaultQueue::Add(Fault fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (fault.times != 0) faults_.push_back(std::move(fault));
}

std::optional<Fault> FaultQueue::Take(const std::string& endpoint) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto it = std::find_if(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    const bool here = fault.endpoint == "*" || fault.endpoint == endpoint;
    return here && CanStrike(fault.kind, endpoint);
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
