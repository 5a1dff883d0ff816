#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
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

// What is wrong with a selection whatever the diff: a usage error when a field is named twice,
// --clear names one without a direction, or nothing is asked for.
absl::Status CheckSelection(const Selection& selection);

// What to ask of SyncProfile, with the etags of the diff that the selection was made on. A usage
// error as CheckSelection's, and when the diff lacks a field or doesn't suggest one that is to be
// cleared. Empty when all that is asked for is what the diff suggests, and it suggests nothing.
absl::StatusOr<std::vector<v1::FieldSync>> SelectFields(const Selection& selection,
                                                        const v1::Diff& diff);

// The diff of an add-on among a profile's; for "", the only one that there is. Where there is none,
// FAILED_PRECONDITION with the reason that SyncProfile would give, or a usage error for a field in
// `selection` that no client has.
absl::StatusOr<v1::Diff> PickDiff(const v1::ProfileDiffs& diffs, const std::string& add_on,
                                  const Selection& selection);

// FAILED_PRECONDITION, LINK_REQUIRED in the server's words. `add_on` may be "".
absl::Status LinkRequired(const std::string& profile, const std::string& add_on);

}  // namespace profilesync::cli
