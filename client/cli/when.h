#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace profilesync::cli {

absl::Time ToTime(const google::protobuf::Timestamp& timestamp);

// "5 minutes ago", "just now"; "in 2 hours" for a time to come.
std::string Ago(absl::Time now, absl::Time time);

// "2026-11-23 08:25:01 UTC".
std::string Absolute(absl::Time time);

}  // namespace profilesync::cli
