#pragma once

#include <map>
#include <set>
#include <string>

namespace profilesync::xpm_sandbox {

// The parameters of an OAuth request, from a query or a body in application/x-www-form-urlencoded.
// Names are case-sensitive. A plain value.
struct Form {
  std::map<std::string, std::string> values;
  // Names that are there more than once, which OAuth forbids (RFC 6749 3.1, 3.2).
  std::set<std::string> repeated;

  // Empty when it isn't there: OAuth takes an empty parameter as omitted.
  std::string Get(const std::string& name) const;
};

Form ParseForm(const std::string& text);

// The same text for the log, with the values left out of all parameters but those that can hold no
// secret.
std::string FormForLog(const std::string& text);

}  // namespace profilesync::xpm_sandbox
