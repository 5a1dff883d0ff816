#include "common/text_form.h"

#include <unicode/idna.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "common/status.h"

namespace profilesync {
namespace {

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool IsUnseen(UChar32 c) {
  constexpr UChar32 kZeroWidthSpace = 0x200B;
  constexpr UChar32 kByteOrderMark = 0xFEFF;
  return u_isUWhiteSpace(c) || c == kZeroWidthSpace || c == kByteOrderMark;
}

const icu::Normalizer2& Nfc() {
  static const icu::Normalizer2* const kNfc = [] {
    UErrorCode error = U_ZERO_ERROR;
    return icu::Normalizer2::getNFCInstance(error);
  }();
  return *kNfc;
}

icu::UnicodeString Compose(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString composed = Nfc().normalize(text, error);
  return U_SUCCESS(error) ? composed : text;
}

icu::UnicodeString FromUtf8(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

}  // namespace

bool IsBlank(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (!IsUnseen(c)) {
      return false;
    }
  }
  return true;
}

std::string CollapseWhiteSpace(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    const int32_t start = i;
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (IsUnseen(c)) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) {
      out += ' ';
    }
    gap = false;
    out.append(text.substr(start, i - start));
  }
  return out;
}

std::string ComposeUnicode(std::string_view text) {
  if (IsAscii(text)) {
    return std::string(text);
  }
  std::string out;
  Compose(FromUtf8(text)).toUTF8String(out);
  return out;
}

std::string FoldText(std::string_view text) {
  std::string collapsed = CollapseWhiteSpace(text);
  if (IsAscii(collapsed)) {
    absl::AsciiStrToLower(&collapsed);
    return collapsed;
  }
  icu::UnicodeString folded = Compose(FromUtf8(collapsed));
  folded.foldCase();
  // Folding may take composed characters apart.
  std::string out;
  Compose(folded).toUTF8String(out);
  return out;
}

std::string EvenOutQuotes(std::string_view text) {
  return IsAscii(text) ? std::string(text)
                       : absl::StrReplaceAll(AV(text), {{"’", "'"}, {"‘", "'"}});
}

std::string AsciiHost(std::string_view host) {
  static const icu::IDNA* const kIdna = [] {
    UErrorCode error = U_ZERO_ERROR;
    return icu::IDNA::createUTS46Instance(
        UIDNA_CHECK_BIDI | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_USE_STD3_RULES, error);
  }();
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  UErrorCode error = U_ZERO_ERROR;
  kIdna->nameToASCII_UTF8(icu::StringPiece(host.data(), static_cast<int32_t>(host.size())), sink,
                          info, error);
  if (U_FAILURE(error) || info.hasErrors()) {
    return "";
  }
  return out;
}

NormalForm TextForm(std::string_view text) {
  return NormalForm::Parsed(EvenOutQuotes(FoldText(text)));
}

}  // namespace profilesync
