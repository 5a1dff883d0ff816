#include "common/mask.h"

#include <algorithm>

#include "common/text_form.h"

namespace profilesync {

std::string Masked(std::string_view value) {
  constexpr int kShown = 3;
  constexpr int kShortest = 6;
  const std::string text = CollapseWhiteSpace(value);
  if (text.empty()) {
    return "";
  }
  const auto starts_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  };
  std::string masked = "******";
  if (std::count_if(text.begin(), text.end(), starts_character) < kShortest) {
    return masked;
  }
  auto at = text.size();
  for (int shown = 0; shown < kShown; ++shown) {
    do {
      --at;
    } while (!starts_character(text[at]));
  }
  return masked.append(text, at);
}

type::FieldValue Shown(const Field& field, type::FieldValue value) {
  if (field.sensitive() && value.has_text()) {
    value.set_text(Masked(value.text()));
  }
  return value;
}

void MaskSensitive(type::ClientFields* fields) {
  for (const Field& field : Catalogue::Get().All()) {
    if (field.sensitive() && field.Has(*fields)) {
      field.Set(fields, Shown(field, field.Get(*fields)));
    }
  }
}

}  // namespace profilesync
