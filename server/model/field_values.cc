#include "server/model/field_values.h"

#include <string>

#include "common/country.h"

namespace profilesync::model {

type::FieldValue ForPractice(const Field& field, const type::FieldValue& profile,
                             const type::FieldValue& practice) {
  type::FieldValue value = profile;
  if (field.is_address() && !profile.address().country().empty()) {
    value.mutable_address()->set_country(
        Countries::Get().PracticeText(profile.address().country(), practice.address().country()));
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
