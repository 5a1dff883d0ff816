#include "common/phone_form.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

bool IsLetter(char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); }

// `text` with the keyboard's hyphen for the dashes that word processors make of it, and "... (ext
// 3)" without the parentheses.
std::string EvenOut(std::string_view text) {
  std::string number = absl::StrReplaceAll(AV(text), {{"‐", "-"}, {"‑", "-"}, {"–", "-"}});
  const auto open = number.rfind('(');
  if (open != std::string::npos && number.back() == ')' &&
      (IsLetter(number[open + 1]) || number[open + 1] == '#')) {
    number.pop_back();
    number[open] = ' ';
  }
  return number;
}

// Cuts the extension off the end of `number` and returns its digits: "... ext 12", "... x12",
// "...;ext=12".
std::string TakeExtension(std::string_view* number) {
  constexpr std::array<std::string_view, 6> kWords = {"extension", "extn", "ext", "x", "#", "xtn"};
  auto digits = number->size();
  while (digits > 0 && IsDigit((*number)[digits - 1])) {
    --digits;
  }
  std::string extension(number->substr(digits));
  std::string_view rest = number->substr(0, digits);
  rest = rest.substr(0, rest.find_last_not_of(" .:=") + 1);
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

std::size_t DigitsIn(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), IsDigit));
}

// Freephone and local-rate numbers are advertised as words: 0800 FLOWERS.
bool MayHoldWord(std::string_view number) {
  constexpr std::array<std::string_view, 5> kPrefixes = {"0800", "0508", "1800", "1300", "0900"};
  std::string digits;
  std::copy_if(number.begin(), number.end(), std::back_inserter(digits), IsDigit);
  return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](std::string_view prefix) {
    return std::string_view(digits).substr(0, prefix.size()) == prefix;
  });
}

// Takes the one word at the end of `number` that is dialled letter by letter. Fewer than four
// letters are rather "fax", "mob" or somebody's name, and libphonenumber drops fewer than three:
// "0800 555 123 ab" would be any "... cd".
void TakeVanityWord(std::string_view* number) {
  constexpr std::size_t kShortest = 4;
  auto start = number->size();
  while (start > 0 && IsLetter((*number)[start - 1])) {
    --start;
  }
  if (number->size() - start >= kShortest && MayHoldWord(number->substr(0, start))) {
    *number = number->substr(0, start);
  }
}

// How many digits `number` ends in.
std::size_t DigitsAtEnd(std::string_view number) {
  const auto last = std::find_if_not(number.rbegin(), number.rend(), IsDigit);
  return static_cast<std::size_t>(last - number.rbegin());
}

// Whether `number` ends in what is rather another number's end: "09 555 0142-3", "0142 (3)". Run
// together they would be a number that nobody wrote.
bool EndsInAnother(std::string_view number) {
  constexpr std::size_t kShortestEnd = 3;
  const auto sign = number.find_last_of("-.");
  if (sign != std::string_view::npos) {
    const std::size_t digits = DigitsIn(number.substr(sign));
    // "01-42" is a number grouped in twos.
    if (digits > 0 && digits < kShortestEnd && digits != DigitsAtEnd(number.substr(0, sign))) {
      return true;
    }
  }
  const auto parenthesis = number.find_last_of("()");
  return parenthesis != std::string_view::npos &&
         (number[parenthesis] == '(' || DigitsIn(number.substr(parenthesis)) < kShortestEnd);
}

// "(09 555 0142)" without the parentheses.
std::string_view WithoutOuterParentheses(std::string_view number) {
  const bool outer = number.size() > 1 && number.front() == '(' &&
                     number.find_first_of("()", 1) == number.size() - 1 && number.back() == ')';
  return outer ? number.substr(1, number.size() - 2) : number;
}

// libphonenumber skips what it doesn't understand; here that would be a false equality.
bool IsOneNumber(std::string_view number) {
  const std::size_t size = number.size();
  TakeVanityWord(&number);
  const bool understood = std::all_of(number.begin(), number.end(), [](char c) {
    return IsDigit(c) || std::string_view("+()-. ").find(c) != std::string_view::npos;
  });
  return understood && (number.size() < size || !EndsInAnother(number));
}

}  // namespace

NormalForm PhoneForm(std::string_view text, const std::string& region) {
  const std::string folded = EvenOutQuotes(FoldText(text));
  const std::string even = EvenOut(folded);
  std::string_view number = even;
  if (number.substr(0, 4) == "tel:") {
    number.remove_prefix(4);
  }
  const std::string extension = TakeExtension(&number);
  number = WithoutOuterParentheses(number);
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
