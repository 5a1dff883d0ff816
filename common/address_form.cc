#include "common/address_form.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/address_layout.h"
#include "common/address_street.h"
#include "common/text_form.h"

namespace profilesync {
namespace {

// Divides the parts; FoldText never leaves it in a word.
constexpr char kDivider[] = "\n";

NormalForm AsText(const type::Address& address) {
  std::string text;
  for (const std::string& line : address.lines()) {
    absl::StrAppend(&text, FoldText(line), " ");
  }
  absl::StrAppend(&text, FoldText(address.city()), kDivider, FoldText(address.region()), kDivider,
                  FoldText(address.postal_code()), kDivider, FoldText(address.country()));
  return NormalForm::Unparsed(text);
}

}  // namespace

NormalForm AddressForm(const type::Address& address, std::string_view region) {
  const AddressParts parts = LayOut(address, region);
  const bool new_zealand = parts.country == "NZ";
  const std::string street = JoinTokens(CanonicalStreet(parts.street, new_zealand));
  const std::string town = JoinTokens(CanonicalTown(parts.town));
  if (street.empty() && town.empty() && parts.state.empty() && parts.postal_code.empty() &&
      FoldText(address.country()).empty()) {
    // Only punctuation.
    return AsText(address);
  }
  const std::string form = absl::StrCat(street, kDivider, town, kDivider, parts.state, kDivider,
                                        parts.postal_code, kDivider, parts.country);
  return parts.country_recognised ? NormalForm::Parsed(form) : NormalForm::Unparsed(form);
}

}  // namespace profilesync
