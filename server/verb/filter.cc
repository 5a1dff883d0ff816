#include "server/verb/filter.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace profilesync::verb {
namespace {

// What begins with another operator comes before it.
constexpr std::array<std::pair<std::string_view, FilterOp>, 6> kOperators = {{
    {"<=", FilterOp::kLessOrEqual},
    {">=", FilterOp::kGreaterOrEqual},
    {"<", FilterOp::kLess},
    {">", FilterOp::kGreater},
    {"=", FilterOp::kIs},
    {":", FilterOp::kHas},
}};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n'; }

bool EndsWord(char c) {
  return IsSpace(c) || std::string_view("<>=:\"").find(c) != std::string_view::npos;
}

// Reads a filter from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() {
    SkipSpace();
    return rest_.empty();
  }

  // A run without white space, quotes or operators; "" where there is none.
  std::string Word() {
    SkipSpace();
    std::size_t size = 0;
    while (size < rest_.size() && !EndsWord(rest_[size])) {
      ++size;
    }
    return std::string(Take(size));
  }

  std::optional<FilterOp> Operator() {
    SkipSpace();
    for (const auto& [text, op] : kOperators) {
      if (rest_.substr(0, text.size()) == text) {
        Take(text.size());
        return op;
      }
    }
    return std::nullopt;
  }

  // A bare or a quoted value; nullopt where there is none or its quotes don't end.
  std::optional<std::string> Value() {
    SkipSpace();
    if (rest_.empty()) {
      return std::nullopt;
    }
    return rest_.front() == '"' ? Quoted() : Bare();
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && IsSpace(rest_.front())) {
      rest_.remove_prefix(1);
    }
  }

  std::string_view Take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::optional<std::string> Bare() {
    std::string word = Word();
    if (word.empty()) {
      return std::nullopt;
    }
    return word;
  }

  std::optional<std::string> Quoted() {
    Take(1);
    std::string value;
    while (!rest_.empty()) {
      const char c = Take(1).front();
      if (c == '"') {
        return value;
      }
      if (c == '\\' && !rest_.empty()) {
        value += Take(1);
      } else {
        value += c;
      }
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

std::optional<FilterTerm> ReadTerm(Scanner& scanner) {
  FilterTerm term;
  term.path = scanner.Word();
  const std::optional<FilterOp> op = scanner.Operator();
  std::optional<std::string> value = op ? scanner.Value() : std::nullopt;
  if (term.path.empty() || !value) {
    return std::nullopt;
  }
  term.op = *op;
  term.value = *std::move(value);
  return term;
}

}  // namespace

std::string ToText(const FilterTerm& term) {
  for (const auto& [text, op] : kOperators) {
    if (op == term.op) {
      return absl::StrCat(term.path, op == FilterOp::kHas ? "" : " ", AV(text),
                          op == FilterOp::kHas ? "" : " ", term.value);
    }
  }
  return term.path;
}

std::string NotKnown(const FilterTerm& term, std::string_view known) {
  return absl::StrCat(ToText(term), " isn't known here: terms are of ", AV(known),
                      ", with a value that it can have");
}

std::vector<FilterTerm> ParseFilter(std::string_view filter, Violations* violations) {
  std::vector<FilterTerm> terms;
  Scanner scanner(filter);
  while (!scanner.AtEnd()) {
    if (!terms.empty() && scanner.Word() != "AND") {
      violations->Add("filter", "terms are joined by AND");
      return {};
    }
    std::optional<FilterTerm> term = ReadTerm(scanner);
    if (!term) {
      violations->Add(
          "filter", "a term is a field, one of = : < <= > >=, and a value, such as kind = COMPANY");
      return {};
    }
    terms.push_back(*std::move(term));
  }
  return terms;
}

}  // namespace profilesync::verb
