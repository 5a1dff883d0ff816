#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/sandbox/xpm/app_registration.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/call_log.h"
#include "tests/sandbox/xpm/fault.h"
#include "tests/sandbox/xpm/grants.h"
#include "tests/sandbox/xpm/late_writes.h"
#include "tests/sandbox/xpm/limits.h"
#include "tests/sandbox/xpm/random_faults.h"
#include "tests/sandbox/xpm/store.h"
#include "tests/sandbox/xpm/tenants.h"

namespace profilesync::xpm_sandbox {

// The bearer token that is accepted without an authorisation. Thread-safe.
class Tokens {
 public:
  explicit Tokens(std::string token) : token_(std::move(token)) {}

  void Set(std::string token) {
    std::lock_guard<std::mutex> lock(mutex_);
    token_ = std::move(token);
    expired_ = false;
  }

  // The token stays known, and is answered TokenExpired until Set().
  void Expire() {
    std::lock_guard<std::mutex> lock(mutex_);
    expired_ = true;
  }

  TokenVerdict Check(const std::string& token) const {
    std::lock_guard<std::mutex> lock(mutex_);
    if (token_.empty() || token != token_) return TokenVerdict::kUnknown;
    return expired_ ? TokenVerdict::kExpired : TokenVerdict::kAccepted;
  }

 private:
  mutable std::mutex mutex_;
  std::string token_;
  bool expired_ = false;
};

// The switches in force. A call sees those of its beginning. Thread-safe.
class BehaviourBox {
 public:
  explicit BehaviourBox(Behaviour behaviour) : behaviour_(behaviour) {}

  Behaviour Get() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return behaviour_;
  }

  void Set(Behaviour behaviour) {
    std::lock_guard<std::mutex> lock(mutex_);
    behaviour_ = behaviour;
  }

 private:
  mutable std::mutex mutex_;
  Behaviour behaviour_;
};

// The time that the sandbox goes by: that of the options' clock, moved on by hand. Thread-safe.
class SandboxClock {
 public:
  explicit SandboxClock(std::function<absl::Time()> clock) : clock_(std::move(clock)) {}

  absl::Time operator()() const { return clock_() + absl::Nanoseconds(ahead_nanos_.load()); }
  void Advance(absl::Duration by) { ahead_nanos_ += absl::ToInt64Nanoseconds(by); }

 private:
  const std::function<absl::Time()> clock_;
  std::atomic<int64_t> ahead_nanos_ = 0;
};

// All that a sandbox holds, shared by the API's gateway and the control API. Every member is
// thread-safe or never changes once calls come in.
struct State {
  // The hanging calls go on, and late writes are carried out before that.
  void Release() {
    late_writes.ApplyAll();
    faults.Release();
  }

  // Returns the UUIDs of the clients, which are modified now.
  std::vector<std::string> AddGeneratedClients(int count, uint64_t seed);

  SandboxClock clock;
  std::function<std::string()> new_uuid;
  std::string tenant_id;
  std::string base_url;
  Store store;
  Tenants tenants;
  AppRegistration app;
  Grants grants;
  Tokens tokens;
  BehaviourBox behaviour;
  Limits limits;
  FaultQueue faults;
  RandomFaultSource random_faults;
  LateWrites late_writes;
  CallLog log;
};

}  // namespace profilesync::xpm_sandbox
