#include "server/sync/pass_schedule.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "common/proto_time.h"

namespace profilesync::sync {
namespace {

constexpr int kNightStart = 1;  // o'clock
constexpr int kNightEnd = 5;
constexpr double kMostJitter = 0.1;

// From 0 to 1, the same for an add-on on every machine (FNV-1a).
double ShareOf(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return static_cast<double>(hash >> 11) / static_cast<double>(std::uint64_t{1} << 53);
}

absl::TimeZone ZoneOf(const v1::Firm& firm) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(firm.time_zone(), &zone) ? zone : absl::UTCTimeZone();
}

// The next night's moment that has had no full pass. One that the server missed isn't made up for
// by day.
absl::Time NextFullPass(const v1::Firm& firm, const v1::AddOn& add_on, absl::Time last,
                        absl::Time now) {
  const absl::TimeZone zone = ZoneOf(firm);
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  for (int day = 0; day <= 1; ++day) {
    const absl::CivilDay date = today + day;
    const absl::Time start = absl::FromCivil(absl::CivilHour(date) + kNightStart, zone);
    const absl::Time end = absl::FromCivil(absl::CivilHour(date) + kNightEnd, zone);
    if (end > now && last < start) {
      return std::max(start, start + ShareOf(add_on.name()) * (end - start));
    }
  }
  return absl::InfiniteFuture();
}

}  // namespace

NextPass NextPassOf(const v1::Firm& firm, const v1::AddOn& add_on,
                    const storage::v1::RefreshState& state, absl::Time now) {
  const auto& given = add_on.settings().refresh_interval();
  const absl::Duration interval = absl::Seconds(given.seconds()) + absl::Nanoseconds(given.nanos());
  if (add_on.state() != v1::AddOn::ACTIVE || interval <= absl::ZeroDuration()) {
    return {};
  }
  const absl::Time attempt = FromProto(state.full_attempt_time());
  if (!state.has_cursor_time()) {
    return {.time = std::max(now, attempt + interval), .full = true};
  }
  const absl::Time full =
      NextFullPass(firm, add_on, std::max(attempt, FromProto(state.full_pass_time())), now);
  const absl::Time changes = FromProto(state.cursor_time()) +
                             interval * (1 + kMostJitter * ShareOf(add_on.name() + " interval"));
  return full <= changes || full <= now ? NextPass{full, true} : NextPass{changes, false};
}

}  // namespace profilesync::sync
