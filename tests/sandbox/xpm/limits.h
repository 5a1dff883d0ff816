#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "absl/time/time.h"

namespace profilesync::xpm_sandbox {

// Reference 10. 0 or less means no limit.
struct LimitConfig {
  int concurrent = 5;
  int minute = 60;
  int day = 5000;
  int app_minute = 10000;
};

// What the limits say to one call.
struct LimitVerdict {
  // Empty when the call may go on, else the value of X-Rate-Limit-Problem.
  std::string problem;
  // Whole seconds until the window ends; for minute and day breaches only.
  std::optional<int> retry_after;
  int minute_left = 0;
  int day_left = 0;
  int app_left = 0;
};

// Counts calls per tenant. Windows are fixed: one opens with the first call after the last has
// ended, so they begin at another moment for each tenant. A refused call isn't counted.
// Thread-safe.
class Limits {
 public:
  explicit Limits(LimitConfig config) : config_(config) {}

  // Every call for which the problem is empty must be ended by End().
  LimitVerdict Begin(const std::string& tenant, absl::Time now);
  void End(const std::string& tenant);

  // Counts a call that never reaches a tenant; returns what is left of the app's minute.
  int CountForApp(absl::Time now);

  void SetConfig(LimitConfig config);
  // Forgets what was counted; calls in flight stay in flight.
  void Reset();
  // Calls in flight of all tenants.
  int in_flight() const;

 private:
  struct Window {
    absl::Time start = absl::InfinitePast();
    int used = 0;
  };
  struct Tenant {
    int in_flight = 0;
    Window minute;
    Window day;
  };

  static void Roll(Window& window, absl::Duration length, absl::Time now);
  static int Left(int limit, int used);
  static int SecondsLeft(const Window& window, absl::Duration length, absl::Time now);

  mutable std::mutex mutex_;
  LimitConfig config_;
  Window app_;
  std::map<std::string, Tenant> tenants_;
};

}  // namespace profilesync::xpm_sandbox
