#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace profilesync::app {

enum class Secrecy { kPublic, kSecret };

// Reads a whole file. FAILED_PRECONDITION naming the file and what is wrong: it isn't there, is no
// plain file, is larger than 16 MiB, or with kSecret may be used by others than its owner. Never
// tells anything of what is in it.
absl::StatusOr<std::string> ReadFile(const std::string& path, Secrecy secrecy);

// Reads a message in protobuf's text format; as ReadFile, and by line and column what can't be
// read.
absl::Status ReadTextProto(const std::string& path, Secrecy secrecy,
                           google::protobuf::Message* message);

}  // namespace profilesync::app
