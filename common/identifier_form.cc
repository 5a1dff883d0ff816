#include "common/identifier_form.h"

#include <string>

#include "absl/strings/ascii.h"
#include "common/text_form.h"

namespace profilesync {

NormalForm IdentifierForm(std::string_view text) {
  const std::string folded = FoldText(text);
  std::string kept;
  bool readable = false;
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    // Registries print numbers in groups. Any other sign may divide two numbers: "1234567 / 89".
    if (c != ' ' && c != '-' && c != '.') {
      kept += c;
      readable = readable || absl::ascii_isalnum(byte) || byte >= 0x80;
    }
  }
  return readable ? NormalForm::Parsed(ComposeUnicode(kept)) : NormalForm::Unparsed(folded);
}

}  // namespace profilesync
