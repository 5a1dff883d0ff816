#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "profilesync/v1/diff.pb.h"
#include "server/store/store.h"

namespace profilesync::sync {

// The ready diff of a link, serialised as it is served. `name` is firms/{firm}/links/{link}/diff.
// NOT_FOUND (RESOURCE_NOT_FOUND).
absl::StatusOr<std::string> FindDiffBytes(const store::Reader& reader, std::string_view name);

// INTERNAL when the bytes are no diff.
absl::StatusOr<v1::Diff> ParseDiff(const std::string& bytes);

}  // namespace profilesync::sync
