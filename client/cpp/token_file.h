#pragma once

#include <sys/stat.h>

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"

namespace profilesync::client {

// A bearer token that lives in a file, read again whenever the file has changed. Thread-safe.
class TokenFile {
 public:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  // The token, without the white space around it. FAILED_PRECONDITION when the file can't be read,
  // others than its owner may use it, or it doesn't hold one token: 1 to 4,096 printable ASCII
  // characters without a space.
  absl::StatusOr<std::string> Read() const;

 private:
  const std::string path_;
  mutable Mutex mutex_;
  mutable std::string token_ ABSL_GUARDED_BY(mutex_);
  // What the file looked like when token_ was read; all zero before.
  mutable struct stat seen_ ABSL_GUARDED_BY(mutex_) = {};
};

}  // namespace profilesync::client
