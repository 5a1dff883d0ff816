#include "common/display.h"

#include <string_view>

#include "common/text_form.h"

namespace profilesync {
namespace {

void Append(std::string* text, std::string_view divider, std::string_view part) {
  const std::string collapsed = CollapseWhiteSpace(part);
  if (!text->empty() && !collapsed.empty()) {
    *text += divider;
  }
  *text += collapsed;
}

}  // namespace

std::string DisplayText(const type::FieldValue& value) {
  if (!value.has_address()) {
    return CollapseWhiteSpace(value.text());
  }
  const type::Address& address = value.address();
  std::string text;
  for (const std::string& line : address.lines()) {
    Append(&text, ", ", line);
  }
  std::string town;
  Append(&town, " ", address.city());
  Append(&town, " ", address.region());
  Append(&town, " ", address.postal_code());
  Append(&text, ", ", town);
  Append(&text, ", ", address.country());
  return text;
}

}  // namespace profilesync
