#include "common/identifier_form.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "common/text_form.h"

namespace profilesync {

NormalForm IdentifierForm(std::string_view text) {
  const std::string folded = FoldText(text);
  std::string kept;
  for (const char c : folded) {
    const auto byte = static_cast<unsigned char>(c);
    // Every byte of a letter outside ASCII is kept; no registry issues other punctuation.
    if (absl::ascii_isalnum(byte) || byte >= 0x80) {
      kept += c;
    }
  }
  return kept.empty() ? NormalForm::Unparsed(folded) : NormalForm::Parsed(ComposeUnicode(kept));
}

}  // namespace profilesync
