#pragma once

#include <array>
#include <string>
#include <string_view>

#include "profilesync/type/client_fields.pb.h"
#include "server/connector/xpm/field_mapping.h"

namespace profilesync::connector::xpm {

// Appends `<name>text</name>`, escaped.
void AppendElement(std::string* body, std::string_view name, std::string_view text);

// Appends the elements that a field is written with, all of them; empty ones where no value is set.
void AppendValue(std::string* body, const FieldMapping& mapping, const type::FieldValue& value);

// The texts of an address's elements, in their order.
std::array<std::string, 5> AddressParts(const type::Address& address);

}  // namespace profilesync::connector::xpm
