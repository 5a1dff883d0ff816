#pragma once

#include <string>

#include "absl/time/time.h"
#include "client/cli/table.h"
#include "profilesync/v1/diff.pb.h"

namespace profilesync::cli {

// The panel of a profile: for each add-on a table of the fields, profile on the left, practice
// client on the right, an arrow between them for what is suggested; how many differ and when the
// practice side was last refreshed; or which prerequisite is missing and the command that supplies
// it.
std::string DrawPanel(const Style& style, absl::Time now, const v1::ProfileDiffs& diffs,
                      bool names_add_on = false);

// One add-on's diff of it. The command that it suggests names the add-on unless it's known to be
// the profile's only one.
std::string DrawDiff(const Style& style, absl::Time now, const v1::Diff& diff,
                     bool names_add_on = true);

// Whether the state means that the two sides differ and nobody has accepted that.
bool Differs(v1::FieldDiff::State state);

// The fields that were written and whose outcome isn't known yet.
int CountPending(const v1::Diff& diff);

}  // namespace profilesync::cli
