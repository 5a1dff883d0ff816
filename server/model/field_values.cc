#include "server/model/field_values.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "common/country.h"

namespace profilesync::model {
namespace {

void Strip(std::string* text) { absl::StripAsciiWhitespace(text); }

void Strip(type::Address* address) {
  type::Address stripped = *address;
  stripped.clear_lines();
  for (std::string& line : *address->mutable_lines()) {
    Strip(&line);
    if (!line.empty()) {
      stripped.add_lines(line);
    }
  }
  Strip(stripped.mutable_city());
  Strip(stripped.mutable_region());
  Strip(stripped.mutable_postal_code());
  Strip(stripped.mutable_country());
  *address = std::move(stripped);
}

}  // namespace

type::FieldValue ForPractice(const Field& field, const type::FieldValue& profile,
                             const type::FieldValue& practice) {
  type::FieldValue value = profile;
  if (value.has_text()) {
    Strip(value.mutable_text());
  }
  if (value.has_address()) {
    Strip(value.mutable_address());
  }
  if (field.is_address() && !value.address().country().empty()) {
    value.mutable_address()->set_country(
        Countries::Get().PracticeText(value.address().country(), practice.address().country()));
  }
  return value;
}

type::FieldValue ForProfile(const Field& field, const type::FieldValue& practice) {
  type::FieldValue value = practice;
  if (field.is_address() && !practice.address().country().empty()) {
    const std::string_view code = Countries::Get().CodeOf(practice.address().country());
    if (!code.empty()) {
      value.mutable_address()->set_country(std::string(code));
    }
  }
  return value;
}

}  // namespace profilesync::model
