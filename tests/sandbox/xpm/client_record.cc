#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

std::string ClientRecord::Get(const std::string& element) const {
  auto it = values.find(element);
  return it == values.end() ? "" : it->second;
}

void ClientRecord::Set(const std::string& element, const std::string& value) {
  if (value.empty()) {
    values.erase(element);
  } else {
    values[element] = value;
  }
}

}  // namespace profilesync::xpm_sandbox
