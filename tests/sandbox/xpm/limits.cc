#include "tests/sandbox/xpm/limits.h"

#include <algorithm>
#include <limits>

namespace profilesync::xpm_sandbox {
namespace {

constexpr absl::Duration kMinute = absl::Minutes(1);
constexpr absl::Duration kDay = absl::Hours(24);

bool Exhausted(int limit, int used) { return limit > 0 && used >= limit; }

}  // namespace

void Limits::Roll(Window& window, absl::Duration length, absl::Time now) {
  if (now >= window.start + length) window = {.start = now, .used = 0};
}

int Limits::Left(int limit, int used) {
  return limit <= 0 ? std::numeric_limits<int>::max() : std::max(0, limit - used);
}

int Limits::SecondsLeft(const Window& window, absl::Duration length, absl::Time now) {
  return static_cast<int>(
      absl::ToInt64Seconds(absl::Ceil(window.start + length - now, absl::Seconds(1))));
}

LimitVerdict Limits::Begin(const std::string& tenant_id, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  Tenant& tenant = tenants_[tenant_id];
  Roll(tenant.minute, kMinute, now);
  Roll(tenant.day, kDay, now);
  Roll(app_, kMinute, now);
  LimitVerdict verdict;
  if (Exhausted(config_.day, tenant.day.used)) {
    verdict.problem = "day";
    verdict.retry_after = SecondsLeft(tenant.day, kDay, now);
  } else if (Exhausted(config_.minute, tenant.minute.used)) {
    verdict.problem = "minute";
    verdict.retry_after = SecondsLeft(tenant.minute, kMinute, now);
  } else if (Exhausted(config_.app_minute, app_.used)) {
    verdict.problem = "appminute";
  } else if (Exhausted(config_.concurrent, tenant.in_flight)) {
    verdict.problem = "concurrent";
  } else {
    ++tenant.in_flight;
    ++tenant.minute.used;
    ++tenant.day.used;
    ++app_.used;
  }
  verdict.minute_left = Left(config_.minute, tenant.minute.used);
  verdict.day_left = Left(config_.day, tenant.day.used);
  verdict.app_left = Left(config_.app_minute, app_.used);
  return verdict;
}

void Limits::End(const std::string& tenant) {
  std::lock_guard<std::mutex> lock(mutex_);
  --tenants_[tenant].in_flight;
}

int Limits::CountForApp(absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  Roll(app_, kMinute, now);
  ++app_.used;
  return Left(config_.app_minute, app_.used);
}

void Limits::SetConfig(LimitConfig config) {
  std::lock_guard<std::mutex> lock(mutex_);
  config_ = config;
}

void Limits::Reset() {
  std::lock_guard<std::mutex> lock(mutex_);
  app_ = {};
  for (auto& [id, tenant] : tenants_) {
    tenant.minute = {};
    tenant.day = {};
  }
}

int Limits::in_flight() const {
  std::lock_guard<std::mutex> lock(mutex_);
  int sum = 0;
  for (const auto& [id, tenant] : tenants_) sum += tenant.in_flight;
  return sum;
}

}  // namespace profilesync::xpm_sandbox
