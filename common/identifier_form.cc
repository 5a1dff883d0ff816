#include "common/identifier_form.h"

#include <string>

#include "absl/strings/ascii.h"
#include "common/text_form.h"

namespace profilesync {

NormalForm IdentifierForm(std::string_view text) {
  const std::string folded = FoldText(text);
  std::string kept;
  bool readable = false;
  const auto at = [&](std::size_t i) { return i < folded.size() ? folded[i] : '\0'; };
  const auto may_group = [](char c) { return c == '-' || c == '.'; };
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    const auto byte = static_cast<unsigned char>(c);
    // Registries print numbers in groups. Any other sign may divide two numbers, and so may a
    // hyphen or full stop with a space beside it: "1234567 / 89", "1234567 - 89".
    const char before = i == 0 ? '\0' : at(i - 1);
    const bool groups = c == ' ' ? !may_group(before) && !may_group(at(i + 1))
                                 : may_group(c) && before != ' ' && at(i + 1) != ' ';
    if (!groups) {
      kept += c;
      readable = readable || absl::ascii_isalnum(byte) || byte >= 0x80;
    }
  }
  return readable ? NormalForm::Parsed(ComposeUnicode(kept)) : NormalForm::Unparsed(folded);
}

}  // namespace profilesync
