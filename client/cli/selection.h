#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "profilesync/v1/diff.pb.h"
#include "profilesync/v1/sync_service.pb.h"

namespace profilesync::cli {

// The fields that a sync was told to do, by name.
struct Selection {
  std::vector<std::string> to_practice;
  std::vector<std::string> to_profile;
  // Of those two, the ones whose written side may be emptied.
  std::vector<std::string> clear;
  // Also everything that the diff suggests and that isn't named.
  bool suggested = false;
};

// What to ask of SyncProfile, with the etags of the diff that the selection was made on. A usage
// error when a field is named twice or isn't in the diff, --clear names one without a direction, or
// nothing is asked for. Empty when all that is asked for is what the diff suggests, and it suggests
// nothing.
absl::StatusOr<std::vector<v1::FieldSync>> SelectFields(const Selection& selection,
                                                        const v1::Diff& diff);

// The diff of an add-on among a profile's; for "", the only one that there is.
absl::StatusOr<v1::Diff> PickDiff(const v1::ProfileDiffs& diffs, const std::string& add_on);

}  // namespace profilesync::cli
