#include "common/compare.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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
      return "name_punctuation";  // typographic quotes; case and white space are told apart above
  }
}

// The parts but the country in their order, with what divides them; white space is collapsed.
std::string AddressText(const type::Address& address) {
  constexpr char kDivider[] = " | ";
  std::string text;
  for (const std::string& line : address.lines()) {
    for (const absl::string_view piece : absl::StrSplit(line, absl::ByAnyChar("\r\n"))) {
      if (!IsBlank(SV(piece))) {
        absl::StrAppend(&text, CollapseWhiteSpace(SV(piece)), " / ");
      }
    }
  }
  absl::StrAppend(&text, kDivider, CollapseWhiteSpace(address.city()), kDivider,
                  CollapseWhiteSpace(address.region()), kDivider,
                  CollapseWhiteSpace(address.postal_code()));
  return text;
}

std::string WordsOf(const AddressParts& parts) {
  std::string words;
  for (const auto* segments : {&parts.street, &parts.town}) {
    for (const Tokens& segment : *segments) {
      for (const std::string& word : segment) {
        words += word == "/" ? "" : word + " ";
      }
    }
  }
  return words + parts.state + " " + parts.postal_code;
}

std::string_view AddressRule(const type::Address& left, const type::Address& right,
                             std::string_view region) {
  if (WordsOf(LayOut(left, region)) != WordsOf(LayOut(right, region))) {
    return "address_abbreviation";
  }
  const std::string_view rule = TextRule(AddressText(left), AddressText(right));
  const std::string_view country_rule = TextRule(left.country(), right.country());
  if (rule.empty()) {
    return "address_layout";
  }
  if (country_rule.empty()) {
    return "country_name";
  }
  return rule == "white_space" ? country_rule : rule;
}

}  // namespace

std::string_view FormatRule(const Normaliser& normaliser, const Field& field,
                            const type::FieldValue& left, const type::FieldValue& right) {
  if (IsBlank(left) || IsBlank(right)) {
    return "";
  }
  if (SameValue(left, right)) {
    return "";
  }
  if (field.is_address()) {
    return AddressRule(left.address(), right.address(), normaliser.region());
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
