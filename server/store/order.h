#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "profilesync/v1/profile.pb.h"

namespace profilesync::store {

// How what lists are ordered by is stored, so that every store orders alike.

// Nanoseconds since 1970; the infinite times become the least and the greatest number.
std::int64_t ToNanos(absl::Time time);
absl::Time FromNanos(std::int64_t nanos);
std::int64_t ToNanos(const google::protobuf::Timestamp& time);

// What profiles are ordered by under ProfileOrder::kDisplayName: the name, folded.
std::string SortName(const v1::Profile& profile);

// Cursor.key of a time, and back. INVALID_ARGUMENT (INVALID_PAGE_TOKEN) for any other text.
std::string TimeKey(std::int64_t nanos);
absl::StatusOr<std::int64_t> ParseTimeKey(std::string_view key);

}  // namespace profilesync::store
