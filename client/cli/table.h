#pragma once

#include <string>
#include <utility>
#include <vector>

namespace profilesync::cli {

// How output looks.
struct Style {
  // In cells; 0 is as wide as need be, for output that no person reads.
  int width = 80;
  bool color = false;
};

// ANSI red, bold or dim around `text` where the style has colours.
std::string Red(const Style& style, const std::string& text);
std::string Bold(const Style& style, const std::string& text);
std::string Dim(const Style& style, const std::string& text);

struct Cell {
  // Not explicit: a row is written as its texts.
  // NOLINTBEGIN(google-explicit-constructor)
  Cell(std::string cell_text, bool is_red = false) : text(std::move(cell_text)), red(is_red) {}
  Cell(const char* cell_text) : text(cell_text) {}
  // NOLINTEND(google-explicit-constructor)
  // May hold line feeds.
  std::string text;
  bool red = false;
};

// Draws rows under a header, columns two spaces apart, each as wide as its widest text. Where that
// is wider than the style, the widest columns give way and their texts wrap. Without a width each
// row is one line, and commas stand for line feeds. Ends with a line feed.
std::string DrawTable(const Style& style, const std::vector<std::string>& header,
                      const std::vector<std::vector<Cell>>& given_rows);

}  // namespace profilesync::cli
