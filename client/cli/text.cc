#include "client/cli/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// The character at `position`, which moves past it; negative when it isn't UTF-8.
UChar32 NextChar(std::string_view text, std::int32_t& position) {
  UChar32 c = 0;
  U8_NEXT(text.data(), position, static_cast<std::int32_t>(text.size()), c);
  return c;
}

int CharWidth(UChar32 c) {
  const auto category = u_charType(c);
  if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR) {
    return 0;
  }
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// How many bytes of `text`, whole characters and at least one, fit in `width` cells.
std::size_t FittingBytes(std::string_view text, int width) {
  std::int32_t end = 0;
  int used = 0;
  while (end < static_cast<std::int32_t>(text.size())) {
    std::int32_t next = end;
    const int cells = CharWidth(NextChar(text, next));
    if (end > 0 && used + cells > width) {
      break;
    }
    used += cells;
    end = next;
  }
  return static_cast<std::size_t>(end);
}

void WrapLine(std::string_view line, int width, std::vector<std::string>& lines) {
  while (DisplayWidth(line) > width) {
    const std::size_t fits = FittingBytes(line, width);
    // A break right after what fits is good too, hence + 1.
    const std::size_t space = line.substr(0, fits + 1).rfind(' ');
    if (space == std::string_view::npos || space == 0) {
      lines.emplace_back(line.substr(0, fits));
      line.remove_prefix(fits);
    } else {
      lines.emplace_back(line.substr(0, space));
      line.remove_prefix(space + 1);
    }
  }
  lines.emplace_back(line);
}

}  // namespace

int DisplayWidth(std::string_view text) {
  int width = 0;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(text.size());) {
    width += CharWidth(NextChar(text, i));
  }
  return width;
}

std::string Printable(std::string_view text, bool keep_newlines) {
  std::string out;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(text.size());) {
    const std::int32_t start = i;
    const UChar32 c = NextChar(text, i);
    const bool keep = c == '\n' ? keep_newlines : c >= 0 && u_charType(c) != U_CONTROL_CHAR;
    out.append(
        keep ? text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(i - start))
             : kReplacement);
  }
  return out;
}

std::vector<std::string> Wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(AV(text), '\n')) {
    WrapLine(SV(line), std::max(width, 2), lines);
  }
  return lines;
}

std::string Counted(std::int64_t count, std::string_view one, std::string_view many) {
  return absl::StrCat(count, " ", AV(count == 1 ? one : many));
}

std::string PadTo(std::string_view text, int width) {
  const int missing = width - DisplayWidth(text);
  return absl::StrCat(AV(text), std::string(static_cast<std::size_t>(std::max(missing, 0)), ' '));
}

}  // namespace profilesync::cli
