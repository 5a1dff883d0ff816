#include "common/identifier_form.h"

#include <string>

#include "absl/strings/ascii.h"
#include "common/text_form.h"

namespace profilesync {

NormalForm IdentifierForm(std::string_view text) {
  const std::string folded = FoldText(text);
  std::string kept;
  bool readable = false;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    const auto byte = static_cast<unsigned char>(c);
    // Registries print numbers in groups. Any other sign may divide two numbers, and so may a
    // hyphen or full stop with a space beside it: "1234567 / 89", "1234567 - 89".
    const bool beside_space =
        (i > 0 && folded[i - 1] == ' ') || (i + 1 < folded.size() && folded[i + 1] == ' ');
    const bool groups = c == ' ' || ((c == '-' || c == '.') && !beside_space);
    if (!groups) {
      kept += c;
      readable = readable || absl::ascii_isalnum(byte) || byte >= 0x80;
    }
  }
  return readable ? NormalForm::Parsed(ComposeUnicode(kept)) : NormalForm::Unparsed(folded);
}

}  // namespace profilesync
