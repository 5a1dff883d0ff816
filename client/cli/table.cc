#include "client/cli/table.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "client/cli/text.h"
#include "common/status.h"

namespace profilesync::cli {
namespace {

constexpr int kGap = 2;
constexpr int kNarrowest = 8;

std::string Escape(const Style& style, const char* code, const std::string& text) {
  return style.color && !text.empty() ? absl::StrCat("\x1b[", code, "m", text, "\x1b[0m") : text;
}

int WidestLine(const std::string& text) {
  int width = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    width = std::max(width, DisplayWidth(SV(line)));
  }
  return width;
}

std::vector<int> ColumnWidths(const Style& style, const std::vector<std::string>& header,
                              const std::vector<std::vector<Cell>>& rows) {
  std::vector<int> widths;
  for (std::size_t column = 0; column < header.size(); ++column) {
    int width = DisplayWidth(header[column]);
    for (const auto& row : rows) {
      width = std::max(width, WidestLine(row[column].text));
    }
    widths.push_back(width);
  }
  if (style.width == 0) {
    return widths;
  }
  int excess = std::accumulate(widths.begin(), widths.end(), 0) +
               kGap * (static_cast<int>(widths.size()) - 1) - style.width;
  for (; excess > 0; --excess) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) {
      break;
    }
    --*widest;
  }
  return widths;
}

std::string DrawRow(const Style& style, const std::vector<int>& widths,
                    const std::vector<Cell>& row) {
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 0;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    lines.push_back(Wrap(row[column].text, std::max(widths[column], 2)));
    height = std::max(height, lines.back().size());
  }
  std::string out;
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    std::string pending;  // spaces, drawn only if something follows: no line ends in spaces
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const std::string text = i < lines[column].size() ? lines[column][i] : "";
      if (!text.empty()) {
        absl::StrAppend(&line, pending, row[column].red ? Red(style, text) : text);
        pending.clear();
      }
      const int fill = widths[column] - DisplayWidth(text) + kGap;
      pending.append(static_cast<std::size_t>(std::max(fill, 0)), ' ');
    }
    absl::StrAppend(&out, line, "\n");
  }
  return out;
}

// For programs, which take a line for a row.
std::vector<std::vector<Cell>> OnOneLineEach(std::vector<std::vector<Cell>> rows) {
  for (auto& row : rows) {
    for (Cell& cell : row) {
      cell.text = absl::StrReplaceAll(cell.text, {{"\n", ", "}});
    }
  }
  return rows;
}

}  // namespace

std::string Red(const Style& style, const std::string& text) { return Escape(style, "31", text); }
std::string Bold(const Style& style, const std::string& text) { return Escape(style, "1", text); }
std::string Dim(const Style& style, const std::string& text) { return Escape(style, "2", text); }

std::string DrawTable(const Style& style, const std::vector<std::string>& header,
                      const std::vector<std::vector<Cell>>& given_rows) {
  const auto rows = style.width == 0 ? OnOneLineEach(given_rows) : given_rows;
  const std::vector<int> widths = ColumnWidths(style, header, rows);
  std::string head =
      DrawRow(Style{style.width, false}, widths, std::vector<Cell>(header.begin(), header.end()));
  std::string out = absl::StrCat(Bold(style, std::string(absl::StripSuffix(head, "\n"))), "\n");
  for (const auto& row : rows) {
    absl::StrAppend(&out, DrawRow(style, widths, row));
  }
  return out;
}

}  // namespace profilesync::cli
