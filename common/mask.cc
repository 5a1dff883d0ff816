#include "common/mask.h"

#include <algorithm>

#include "common/catalogue.h"
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

void MaskSensitive(type::ClientFields* fields) {
  for (const Field& field : Catalogue::Get().All()) {
    if (field.sensitive() && field.Has(*fields)) {
      type::FieldValue masked;
      masked.set_text(Masked(field.Text(*fields)));
      field.Set(fields, masked);
    }
  }
}

}  // namespace profilesync
