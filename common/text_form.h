#pragma once

#include <string>
#include <string_view>

#include "common/normal_form.h"

namespace profilesync {

// A text is blank when it is empty or only white space: Unicode's, with the zero-width space and
// the byte-order mark, which nobody sees either.
bool IsBlank(std::string_view text);

// `text` without white space at its ends and with one space for every other run of it.
std::string CollapseWhiteSpace(std::string_view text);

// `text` in Unicode's normal form C. Invalid UTF-8 becomes U+FFFD.
std::string ComposeUnicode(std::string_view text);

// `text` with white space collapsed, composed (NFC) and fully case-folded: how free text is
// compared.
std::string FoldText(std::string_view text);

// `text` with the keyboard's apostrophe for the typographic quotes that word processors make of it.
// For what people write as text; in the name of a mailbox these are other characters.
std::string EvenOutQuotes(std::string_view text);

// The ASCII form (UTS #46) of an internationalised domain name, in lower case; "" when `host` isn't
// a well-formed host name.
std::string AsciiHost(std::string_view host);

NormalForm TextForm(std::string_view text);

}  // namespace profilesync
