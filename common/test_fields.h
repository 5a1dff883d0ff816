#pragma once

#include <string>
#include <string_view>

#include "common/catalogue.h"
#include "profilesync/type/client_fields.pb.h"

// What tests of fields say often.
namespace profilesync {

// The field of that name, which there must be.
inline const Field& FieldNamed(std::string_view name) { return *Catalogue::Get().Find(name); }

inline type::FieldValue TextValue(std::string_view text) {
  type::FieldValue value;
  value.set_text(std::string(text));
  return value;
}

}  // namespace profilesync
