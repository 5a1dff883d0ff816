#include "common/compare.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "common/address_layout.h"
#include "common/status.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

// The rule for what is the same text but for white space, Unicode's forms or case; "" where it is
// other text.
std::string_view TextRule(std::string_view left, std::string_view right) {
  const std::string collapsed_left = CollapseWhiteSpace(left);
  const std::string collapsed_right = CollapseWhiteSpace(right);
  if (collapsed_left == collapsed_right) {
    return "white_space";
  }
  if (ComposeUnicode(collapsed_left) == ComposeUnicode(collapsed_right)) {
    return "unicode_form";
  }
  return FoldText(left) == FoldText(right) ? "case" : "";
}

std::string WithoutScheme(std::string_view url) {
  const std::string folded = FoldText(url);
  const auto slashes = folded.find("//");
  return slashes == std::string::npos ? folded : folded.substr(slashes + 2);
}

std::string WithoutEndSlash(std::string url) {
  if (!url.empty() && url.back() == '/') {
    url.pop_back();
  }
  return url;
}

std::string_view UrlRule(std::string_view left, std::string_view right) {
  const std::string bare_left = WithoutScheme(left);
  const std::string bare_right = WithoutScheme(right);
  if (WithoutEndSlash(FoldText(left)) == WithoutEndSlash(FoldText(right))) {
    return "url_trailing_slash";
  }
  return WithoutEndSlash(bare_left) == WithoutEndSlash(bare_right) ? "url_scheme" : "url_format";
}

std::string_view NameRule(std::string_view left, std::string_view right) {
  const auto has_comma = [](std::string_view name) { return name.find(',') != name.npos; };
  return has_comma(left) == has_comma(right) ? "name_punctuation" : "name_order";
}

std::string_view KindRule(type::FieldKind kind, std::string_view left, std::string_view right) {
  switch (kind) {
    case type::PHONE:
      return "phone_format";
    case type::EMAIL:
      return "email_format";
    case type::URL:
      return UrlRule(left, right);
    case type::DATE:
      return "date_format";
    case type::IDENTIFIER:
      return "identifier_format";
    case type::PERSON_OR_ENTITY_NAME:
      return NameRule(left, right);
    default:
      return "case";
  }
}

// The parts in their order, one below the other, without blank ones.
std::string AddressText(const type::Address& address) {
  std::string text;
  for (const std::string& line : address.lines()) {
    text += line + "\n";
  }
  for (const std::string* part : {&address.city(), &address.region(), &address.postal_code()}) {
    text += *part + "\n";
  }
  return text;
}

std::string WordsOf(const AddressParts& parts) {
  std::string words;
  for (const auto* segments : {&parts.street, &parts.town}) {
    for (const Tokens& segment : *segments) {
      words += JoinTokens(segment) + " ";
    }
  }
  return words + parts.state + " " + parts.postal_code;
}

std::string_view AddressRule(const type::Address& left, const type::Address& right,
                             std::string_view region) {
  const std::string left_text = AddressText(left);
  const std::string right_text = AddressText(right);
  const AddressParts left_parts = LayOut(left, region);
  const AddressParts right_parts = LayOut(right, region);
  if (WordsOf(left_parts) != WordsOf(right_parts)) {
    return "address_abbreviation";
  }
  const std::string_view rule = TextRule(left_text, right_text);
  if (rule.empty()) {
    return "address_layout";
  }
  return TextRule(left.country(), right.country()).empty() ? "country_name" : rule;
}

}  // namespace

std::string_view FormatRule(const Normaliser& normaliser, const Field& field,
                            const type::FieldValue& left, const type::FieldValue& right) {
  if (IsBlank(left) || IsBlank(right)) {
    return "";
  }
  if (field.is_address()) {
    const type::Address& l = left.address();
    const type::Address& r = right.address();
    const bool alike =
        std::equal(l.lines().begin(), l.lines().end(), r.lines().begin(), r.lines().end()) &&
        l.city() == r.city() && l.region() == r.region() && l.postal_code() == r.postal_code() &&
        l.country() == r.country();
    return alike ? "" : AddressRule(l, r, normaliser.region());
  }
  if (left.text() == right.text()) {
    return "";
  }
  const std::string_view rule = TextRule(left.text(), right.text());
  return rule.empty() ? KindRule(field.kind(), left.text(), right.text()) : rule;
}

Comparison Compare(const Normaliser& normaliser, const Field& field, const type::FieldValue& left,
                   const type::FieldValue& right) {
  if (normaliser.Normalise(field, left) != normaliser.Normalise(field, right)) {
    return {};
  }
  return {true, FormatRule(normaliser, field, left, right)};
}

}  // namespace profilesync
