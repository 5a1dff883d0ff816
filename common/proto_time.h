#pragma once

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace profilesync {

// absl::Time as google.protobuf.Timestamp and back. Times outside years 1 to 9999 aren't for
// storing.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& timestamp);

}  // namespace profilesync
