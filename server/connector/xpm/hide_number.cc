#include "server/connector/xpm/hide_number.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace profilesync::connector::xpm {
namespace {

constexpr char kInstead[] = "(tax number)";

// The length of what may stand between two digits at the start of `text`, or 0. The longer ones are
// the no-break spaces and the hyphens of typography.
std::size_t SeparatorAt(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const auto first = static_cast<unsigned char>(text[0]);
  if (absl::ascii_isspace(first) || first == '.' || first == '-') {
    return 1;
  }
  for (const std::string_view other :
       {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x93"}) {
    if (text.substr(0, other.size()) == other) {
      return other.size();
    }
  }
  return 0;
}

// The letters and digits of `number`, in lower case, from the first that isn't zero.
std::string Significant(std::string_view number) {
  std::string significant;
  for (const char c : number) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte)) {
      significant += absl::ascii_tolower(byte);
    }
  }
  return significant.erase(0, std::min(significant.find_first_not_of('0'), significant.size()));
}

// How much of `text`, from its start, is `significant`; 0 where it doesn't start with it.
std::size_t MatchAt(std::string_view text, std::string_view significant) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < significant.size(); ++i) {
    for (std::size_t skip = 0; i > 0 && (skip = SeparatorAt(text.substr(end))) > 0;) {
      end += skip;
    }
    const bool same = end < text.size() &&
                      absl::ascii_tolower(static_cast<unsigned char>(text[end])) == significant[i];
    if (!same) {
      return 0;
    }
    ++end;
  }
  return end;
}

}  // namespace

std::string HideNumber(std::string_view text, std::string_view number) {
  const std::string significant = Significant(number);
  std::string hidden;
  while (!text.empty()) {
    const std::size_t length = significant.empty() ? 0 : MatchAt(text, significant);
    if (length > 0) {
      hidden += kInstead;
    } else {
      hidden += text[0];
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return hidden;
}

}  // namespace profilesync::connector::xpm
