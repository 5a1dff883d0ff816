#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace profilesync::cli {

// Protobuf's JSON with the fields' names as in the proto, fields without a value included, indented
// unless `compact`; ends with a line feed.
std::string ToJson(const google::protobuf::Message& message, bool compact = false);

// Reads JSON into `message`. A usage error when it isn't JSON for that message.
absl::Status FromJson(std::string_view json, google::protobuf::Message* message);

// The text of a file, or of standard input for "-". A usage error when it can't be read.
absl::Status ReadText(const std::string& path, std::string* text);

}  // namespace profilesync::cli
