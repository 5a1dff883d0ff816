#pragma once

#include <string>

namespace profilesync {

// Where ids that the caller didn't choose, and secrets, come from. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // A new id, unique for all time: lower-case letters and digits, sorted roughly by creation.
  virtual std::string NewId() = 0;
  // 256 bits that nobody can guess, as 43 characters of base64url.
  virtual std::string NewSecret() = 0;
};

}  // namespace profilesync
