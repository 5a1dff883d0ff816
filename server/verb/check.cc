#include "server/verb/check.h"

#include <algorithm>

#include "common/resource_name.h"

namespace profilesync::verb {
namespace {

bool IsControl(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }

}  // namespace

void CheckText(std::string_view field, std::string_view text, std::size_t longest, bool required,
               Violations* violations) {
  if (required && text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    violations->Add(field, "must be set");
  }
  if (text.size() > longest) {
    violations->Add(field, "must not be longer than " + std::to_string(longest) + " bytes");
  }
  if (std::any_of(text.begin(), text.end(), IsControl)) {
    violations->Add(field, "must not hold control characters");
  }
}

void CheckId(std::string_view field, std::string_view chosen, Violations* violations) {
  if (!chosen.empty() && !IsValidId(chosen)) {
    violations->Add(field, kIdShape);
  }
}

std::string ChooseId(std::string_view field, std::string_view chosen, IdSource& ids,
                     Violations* violations) {
  CheckId(field, chosen, violations);
  return chosen.empty() ? ids.NewId() : std::string(chosen);
}

}  // namespace profilesync::verb
