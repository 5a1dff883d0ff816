#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace profilesync {

// The message's bytes, the same for equal messages: the entries of maps are in the order of their
// keys.
std::string SerializeSorted(const google::protobuf::Message& message);

}  // namespace profilesync
