#include "common/date_form.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

// The number that the whole of `digits` is; -1 where it isn't one of 1 to 4 digits.
int Number(std::string_view digits) {
  int value = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  return whole && digits.size() <= 4 && digits.front() != '-' ? value : -1;
}

std::optional<std::string> CheckedDate(int year, int month, int day) {
  const absl::CivilDay date(year, month, day);
  if (year < 1000 || date.year() != year || date.month() != month || date.day() != day) {
    return std::nullopt;
  }
  return absl::StrFormat("%04d-%02d-%02d", year, month, day);
}

// Whether the time of day after a date leaves the date alone: none, midnight in any zone, or any
// time that names no zone.
bool TimeKeepsDate(std::string_view time) {
  if (time.empty()) {
    return true;
  }
  if (time.front() != 't' && time.front() != ' ') {
    return false;
  }
  time.remove_prefix(1);
  const auto clock_end = std::min(time.find_first_not_of("0123456789:."), time.size());
  const std::string_view clock = time.substr(0, clock_end);
  const std::string_view zone = time.substr(clock_end);
  const bool midnight = clock.find_first_not_of("0:.") == std::string_view::npos;
  const bool shaped = clock.size() >= 5 && clock[2] == ':' && Number(clock.substr(0, 2)) >= 0 &&
                      Number(clock.substr(0, 2)) < 24;
  return shaped && (zone.empty() || (zone == "z" && midnight));
}

bool WritesMonthFirst(std::string_view region) {
  constexpr std::array<std::string_view, 4> kRegions = {"US", "PH", "FM", "MH"};
  return std::find(kRegions.begin(), kRegions.end(), region) != kRegions.end();
}

// dd/MM/yyyy and its like: "1/2/1980", "01-02-1980", "01.02.1980".
std::optional<std::string> ParseDayFirst(std::string_view text) {
  const auto first = text.find_first_of("/-.");
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  const auto second = text.find(text[first], first + 1);
  if (second == std::string_view::npos || first == 0 || first > 2 || second == first + 1 ||
      second - first > 3 || text.size() < second + 5) {
    return std::nullopt;
  }
  const std::string_view year = text.substr(second + 1, 4);
  if (!TimeKeepsDate(text.substr(second + 5))) {
    return std::nullopt;
  }
  return CheckedDate(Number(year), Number(text.substr(first + 1, second - first - 1)),
                     Number(text.substr(0, first)));
}

}  // namespace

std::optional<std::string> ParseDate(std::string_view text, std::string_view region) {
  const std::string folded = FoldText(text);
  const std::string_view date = folded;
  if (date.size() >= 10 && date[4] == '-' && date[7] == '-') {
    if (!TimeKeepsDate(date.substr(10))) {
      return std::nullopt;
    }
    return CheckedDate(Number(date.substr(0, 4)), Number(date.substr(5, 2)),
                       Number(date.substr(8, 2)));
  }
  if (date.size() == 8 && date.find_first_not_of("0123456789") == std::string_view::npos) {
    return CheckedDate(Number(date.substr(0, 4)), Number(date.substr(4, 2)),
                       Number(date.substr(6, 2)));
  }
  return WritesMonthFirst(region) ? std::nullopt : ParseDayFirst(date);
}

NormalForm DateForm(std::string_view text, std::string_view region) {
  if (const auto date = ParseDate(text, region)) {
    return NormalForm::Parsed(*date);
  }
  return NormalForm::Unparsed(FoldText(text));
}

}  // namespace profilesync
