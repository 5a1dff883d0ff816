#pragma once

#include <string>

namespace profilesync {

// Where ids that the caller didn't choose come from. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  // A new id, unique for all time: lower-case letters and digits, sorted roughly by creation.
  virtual std::string NewId() = 0;
};

}  // namespace profilesync
