#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace profilesync::connector {

// A bearer token that an operator keeps in a file, on one line. Immutable and thread-safe: the file
// is read anew each time, so that a token put in its place counts from the next call on.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  // FAILED_PRECONDITION where there is no such file, it is no plain file, others than its owner may
  // read or write it, or it doesn't hold one token of RFC 6750's characters. No message repeats the
  // path or the content.
  absl::StatusOr<std::string> Read() const;

 private:
  const std::string path_;
};

}  // namespace profilesync::connector
