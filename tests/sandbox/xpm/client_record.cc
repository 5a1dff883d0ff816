#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

std::string ClientRecord::Get(const std::string& element) const {
  auto it = values.find(element);
  return it == values.end() ? "" : it->second;
}

bool ClientRecord::Is(const std::string& flag) const {
  auto it = values.find(flag);
  return it != values.end() && it->second == "Yes";
}

void ClientRecord::Set(const std::string& element, const std::string& value) {
  if (value.empty()) {
    values.erase(element);
  } else {
    values[element] = value;
  }
}

}  // namespace profilesync::xpm_sandbox
