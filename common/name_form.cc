#include "common/name_form.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/str_replace.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

// Whether `word` is what follows a whole name and a comma: "John Smith, AO". Behind a family name
// alone it's a given name: "Wang, Ao".
bool IsSuffix(std::string_view word, std::string_view before_comma) {
  if (before_comma.find(' ') == std::string_view::npos) {
    return false;
  }
  constexpr std::array<std::string_view, 15> kSuffixes = {"jr",  "junior", "sr",   "senior", "ii",
                                                          "iii", "iv",     "am",   "ao",     "obe",
                                                          "mbe", "cnzm",   "onzm", "phd",    "ca"};
  return std::find(kSuffixes.begin(), kSuffixes.end(), word) != kSuffixes.end();
}

}  // namespace

bool HasPersonName(type::PartyKind kind) {
  return kind == type::INDIVIDUAL || kind == type::SOLE_TRADER;
}

NormalForm NameForm(std::string_view text, type::PartyKind kind) {
  if (!HasPersonName(kind)) {
    return TextForm(text);
  }
  const std::string folded =
      absl::StrReplaceAll(EvenOutQuotes(FoldText(text)), {{".", " "}, {"‐", "-"}});
  const auto comma = folded.find(',');
  if (comma == std::string::npos) {
    return NormalForm::Parsed(CollapseWhiteSpace(folded));
  }
  const std::string family = CollapseWhiteSpace(std::string_view(folded).substr(0, comma));
  const std::string given = CollapseWhiteSpace(std::string_view(folded).substr(comma + 1));
  if (family.empty() || given.empty() || given.find(',') != std::string::npos ||
      IsSuffix(given, family)) {
    return NormalForm::Parsed(CollapseWhiteSpace(folded));
  }
  return NormalForm::Parsed(given + " " + family);
}

}  // namespace profilesync
