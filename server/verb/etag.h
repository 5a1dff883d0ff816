#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace profilesync::verb {

// A keyed hash of `content`, as text: equal for equal content, and telling nothing about it.
// `key` is Environment::etag_key.
std::string HashText(std::string_view key, std::string_view content);

// Sets the field `etag` of a resource to a hash of its other fields.
void SetEtag(std::string_view key, google::protobuf::Message* resource);

// OK when the caller gave no etag or the current one; else ABORTED (CHANGED_SINCE_READ).
absl::Status CheckEtag(std::string_view given, std::string_view current,
                       std::string_view resource_name);

}  // namespace profilesync::verb
