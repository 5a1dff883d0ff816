#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace profilesync::xpm_sandbox {

// One element of a request body. `text` is all character data directly inside it.
struct XmlElement {
  std::string name;
  std::string text;
  std::vector<std::string> attributes;  // names only
  std::vector<XmlElement> children;
};

// Parses a whole document strictly; the root element is returned. INVALID_ARGUMENT when it isn't
// well-formed XML 1.0 in UTF-8 (illegal characters included), nests deeper than 16 elements, or has
// a DOCTYPE.
absl::StatusOr<XmlElement> ReadXml(const std::string& document);

}  // namespace profilesync::xpm_sandbox
