#include "server/connector/xpm/client_body.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/date_form.h"
#include "common/status.h"
#include "server/connector/xpm/xml_element.h"

namespace profilesync::connector::xpm {

void AppendElement(std::string* body, std::string_view name, std::string_view text) {
  absl::StrAppend(body, "<", AV(name), ">", EscapeXml(text), "</", AV(name), ">");
}

void AppendValue(std::string* body, const FieldMapping& mapping, const type::FieldValue& value) {
  if (mapping.format == Format::kAddress) {
    const auto parts = AddressParts(value.address());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      AppendElement(body, mapping.elements[i].write, parts[i]);
    }
    return;
  }
  const bool date = mapping.format == Format::kDate;
  AppendElement(body, mapping.elements[0].write,
                date ? ParseDate(value.text(), "").value_or(value.text()) : value.text());
}

std::array<std::string, 5> AddressParts(const type::Address& address) {
  return {absl::StrJoin(address.lines(), "\n"), address.city(), address.region(),
          address.postal_code(), address.country()};
}

}  // namespace profilesync::connector::xpm
