#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace profilesync::connector {

// A secret that an operator keeps in a file, on one line: a bearer token, or a client's. Immutable
// and thread-safe: the file is read anew each time, so that what is put in its place counts from
// the next call on.
class SecretFile {
 public:
  // `what` is what messages call it: "token file".
  SecretFile(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}

  // FAILED_PRECONDITION where there is no such file, it is no plain file, others than its owner may
  // read or write it, or it doesn't hold one word of RFC 6750's token characters. No message
  // repeats the path or the content.
  absl::StatusOr<std::string> Read() const;

 private:
  const std::string path_;
  const std::string what_;
};

}  // namespace profilesync::connector
