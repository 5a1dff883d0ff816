#include "common/email_form.h"

#include <string>

#include "common/text_form.h"

namespace profilesync {

NormalForm EmailForm(std::string_view text) {
  constexpr std::string_view kScheme = "mailto:";
  const std::string folded = FoldText(text);
  std::string_view address = folded;
  if (address.substr(0, kScheme.size()) == kScheme) {
    address.remove_prefix(kScheme.size());
  }
  const auto at = address.find('@');
  if (at == std::string_view::npos || at == 0 ||
      address.find_first_of(" ,;<>()\"@", at + 1) != std::string_view::npos ||
      address.substr(0, at).find_first_of(" ,;<>()\":") != std::string_view::npos) {
    return NormalForm::Unparsed(folded);
  }
  const std::string host = AsciiHost(address.substr(at + 1));
  if (host.find('.') == std::string::npos || host.back() == '.') {
    return NormalForm::Unparsed(folded);
  }
  return NormalForm::Parsed(std::string(address.substr(0, at + 1)) + host);
}

}  // namespace profilesync
