#include "tests/sandbox/xpm/call_log.h"

#include <algorithm>

namespace profilesync::xpm_sandbox {

int64_t CallLog::Begin(CallRecord call) {
  std::lock_guard<std::mutex> lock(mutex_);
  call.id = next_id_++;
  call.in_flight = ++in_flight_;
  calls_.push_back(std::move(call));
  begun_.notify_all();
  return calls_.back().id;
}

CallRecord* CallLog::Find(int64_t id) {
  auto it =
      std::find_if(calls_.rbegin(), calls_.rend(), [&](const auto& call) { return call.id == id; });
  return it == calls_.rend() ? nullptr : &*it;
}

void CallLog::SetFault(int64_t id, const std::string& fault, bool applied) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (CallRecord* call = Find(id)) {
    call->fault = fault;
    call->fault_applied = applied;
  }
}

void CallLog::End(int64_t id, int status, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  --in_flight_;
  if (CallRecord* call = Find(id)) {
    call->status = status;
    call->end = now;
  }
}

std::vector<CallRecord> CallLog::Snapshot() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

void CallLog::Clear() {
  std::lock_guard<std::mutex> lock(mutex_);
  calls_.clear();
}

bool CallLog::WaitForBegun(size_t count, absl::Duration timeout) const {
  std::unique_lock<std::mutex> lock(mutex_);
  return begun_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                         [&] { return calls_.size() >= count; });
}

}  // namespace profilesync::xpm_sandbox
