#pragma once

#include <string_view>

#include "common/catalogue.h"
#include "common/normal_form.h"
#include "common/normalise.h"
#include "profilesync/type/client_fields.pb.h"

namespace profilesync {

// How two values of one field stand to each other.
struct Comparison {
  bool equal = false;
  // What makes two values that are written differently equal; "" where they are written alike or
  // differ. One of white_space, unicode_form, case, phone_format, email_format, url_scheme,
  // url_trailing_slash, url_format, date_format, identifier_format, name_order, name_punctuation,
  // address_layout, address_abbreviation, country_name. Of several, the weightiest.
  // The text is a literal.
  std::string_view format_rule;
};

// Compares two values by the forms that `normaliser` makes of them.
Comparison Compare(const Normaliser& normaliser, const Field& field, const type::FieldValue& left,
                   const type::FieldValue& right);

// The rule by which two values are equal whose forms are known to be.
std::string_view FormatRule(const Normaliser& normaliser, const Field& field,
                            const type::FieldValue& left, const type::FieldValue& right);

}  // namespace profilesync
