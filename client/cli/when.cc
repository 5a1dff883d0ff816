#include "client/cli/when.h"

#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace profilesync::cli {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string Ago(absl::Time now, absl::Time time) {
  const absl::Duration distance = absl::AbsDuration(now - time);
  if (distance < absl::Seconds(5)) {
    return "just now";
  }
  struct Unit {
    absl::Duration length;
    const char* name;
  };
  const std::array<Unit, 4> units = {{{absl::Hours(24), "day"},
                                      {absl::Hours(1), "hour"},
                                      {absl::Minutes(1), "minute"},
                                      {absl::Seconds(1), "second"}}};
  for (const Unit& unit : units) {
    const std::int64_t count = distance / unit.length;
    if (count > 0) {
      const std::string text = absl::StrCat(count, " ", unit.name, count == 1 ? "" : "s");
      return time > now ? absl::StrCat("in ", text) : absl::StrCat(text, " ago");
    }
  }
  return "just now";
}

std::string Absolute(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

}  // namespace profilesync::cli
