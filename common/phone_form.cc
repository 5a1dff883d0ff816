#include "common/phone_form.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

// Cuts the extension off the end of `number` and returns its digits: "... ext 12", "... x12".
std::string TakeExtension(std::string_view* number) {
  constexpr std::array<std::string_view, 6> kWords = {"extension", "extn", "ext", "x", "#", "xtn"};
  auto digits = number->size();
  while (digits > 0 && IsDigit((*number)[digits - 1])) {
    --digits;
  }
  std::string extension(number->substr(digits));
  std::string_view rest = number->substr(0, digits);
  rest = rest.substr(0, rest.find_last_not_of(" .:") + 1);
  for (const std::string_view word : kWords) {
    if (!extension.empty() && extension.size() <= 7 && rest.size() > word.size() &&
        rest.substr(rest.size() - word.size()) == word &&
        !IsLetter(rest[rest.size() - word.size() - 1])) {
      rest.remove_suffix(word.size());
      *number = rest.substr(0, rest.find_last_not_of(" ,;") + 1);
      return extension;
    }
  }
  return "";
}

// Freephone and local-rate numbers are advertised as words: 0800 FLOWERS.
bool MayHoldWords(std::string_view number) {
  constexpr std::array<std::string_view, 5> kPrefixes = {"0800", "0508", "1800", "1300", "0900"};
  std::string digits;
  for (const char c : number) {
    if (IsDigit(c)) {
      digits += c;
    }
  }
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return std::string_view(digits).substr(0, prefix.size()) == prefix;
  });
}

// libphonenumber skips what it doesn't understand; here that would be a false equality.
bool IsOneNumber(std::string_view number) {
  const bool words = MayHoldWords(number);
  return std::all_of(number.begin(), number.end(), [words](char c) {
    return IsDigit(c) || std::string_view("+()-. ").find(c) != std::string_view::npos ||
           (words && IsLetter(c));
  });
}

}  // namespace

NormalForm PhoneForm(std::string_view text, const std::string& region) {
  const std::string folded = FoldText(text);
  std::string_view number = folded;
  if (number.substr(0, 4) == "tel:") {
    number.remove_prefix(4);
  }
  const std::string extension = TakeExtension(&number);
  PhoneNumber parsed;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  if (!IsOneNumber(number) ||
      util.Parse(std::string(number), region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) {
    return NormalForm::Unparsed(folded);
  }
  std::string form;
  switch (util.IsPossibleNumberWithReason(parsed)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      break;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
      form = "local ";
      break;
    default:
      return NormalForm::Unparsed(folded);
  }
  std::string e164;
  util.Format(parsed, PhoneNumberUtil::E164, &e164);
  form += e164;
  if (!extension.empty()) {
    form += ";ext=" + extension;
  }
  return NormalForm::Parsed(form);
}

}  // namespace profilesync
