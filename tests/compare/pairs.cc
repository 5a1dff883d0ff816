#include "tests/compare/pairs.h"

#include <unicode/unistr.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/display.h"
#include "common/status.h"

namespace profilesync {
namespace {

// Resolves \n, \r and \uXXXX.
std::string Unescape(const std::string& text) {
  std::string out;
  icu::UnicodeString::fromUTF8(text).unescape().toUTF8String(out);
  return out;
}

type::FieldValue ParseValue(const Field& field, const std::string& cell) {
  type::FieldValue value;
  if (!field.is_address()) {
    value.set_text(Unescape(cell));
    return value;
  }
  std::vector<std::string> parts = absl::StrSplit(cell, '|');
  parts.resize(5);
  const auto trim = [](const std::string& part) {
    std::string text(part);
    // One space stands around each divider; further ones belong to the value.
    if (absl::StartsWith(text, " ")) {
      text.erase(0, 1);
    }
    if (absl::EndsWith(text, " ")) {
      text.pop_back();
    }
    return Unescape(text);
  };
  const std::string lines = trim(parts[0]);
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    value.mutable_address()->add_lines(std::string(line));
  }
  value.mutable_address()->set_city(trim(parts[1]));
  value.mutable_address()->set_region(trim(parts[2]));
  value.mutable_address()->set_postal_code(trim(parts[3]));
  value.mutable_address()->set_country(trim(parts[4]));
  return value;
}

// What is wrong with the cells of a row; "" where nothing is.
std::string ParseRow(const std::vector<std::string>& cells, Pair* pair) {
  if (cells.size() != 7) {
    return absl::StrCat("has ", cells.size(), " columns instead of 7");
  }
  pair->field = Catalogue::Get().Find(cells[0]);
  if (pair->field == nullptr || !type::PartyKind_Parse(cells[1], &pair->kind)) {
    return "names an unknown field or party kind";
  }
  if (cells[5] != "equal" && cells[5] != "differ") {
    return "says neither equal nor differ";
  }
  pair->region = cells[2];
  pair->left = ParseValue(*pair->field, cells[3]);
  pair->right = ParseValue(*pair->field, cells[4]);
  pair->equal = cells[5] == "equal";
  pair->rule = cells[6] == "-" ? "" : cells[6];
  return "";
}

}  // namespace

std::string Pair::Describe() const {
  return absl::StrCat("line ", line, ": [", DisplayText(left), "] and [", DisplayText(right), "]");
}

std::vector<Pair> ReadPairs(const std::string& path, std::vector<std::string>* faults) {
  std::vector<Pair> pairs;
  std::ifstream file(path);
  std::string row;
  for (int line = 1; std::getline(file, row); ++line) {
    if (row.empty() || row.front() == '#') {
      continue;
    }
    Pair pair;
    pair.line = line;
    const std::vector<std::string> cells = absl::StrSplit(row, '\t');
    if (const std::string fault = ParseRow(cells, &pair); !fault.empty()) {
      faults->push_back(absl::StrCat("line ", line, " ", fault));
    } else {
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

}  // namespace profilesync
