#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace profilesync::client {

// A random UUID (version 4), in lower case. Thread-safe.
std::string NewRequestId();

// Gives `request` a new request_id where it has such a field and the caller set none: before the
// first attempt, so that repeating the call is safe.
void EnsureRequestId(google::protobuf::Message* request);

}  // namespace profilesync::client
