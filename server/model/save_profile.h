#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/firm.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "profilesync/v1/profile_change.pb.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::model {

// Why a profile changes: what the change log and the history say of it.
struct ChangeOrigin {
  v1::ProfileChange::Source source = v1::ProfileChange::SOURCE_UNSPECIFIED;
  std::string actor;
  std::string sync_operation;  // its name, or ""
  absl::Time now;
};

// The names of the syncable fields whose values differ, and "kind" and "region_code".
std::vector<std::string> ChangedFields(const v1::Profile& before, const v1::Profile& after);

// Writes a profile and its entry in the change log: the one place that does. `before` is the stored
// row, nullopt for a new profile; `after` holds the new values, in the clear, and its name. Where
// nothing differs nothing is written. The profile's links are the caller's to restate afterwards.
absl::StatusOr<store::ProfileRow> SaveProfile(const Environment& environment,
                                              store::Transaction& transaction, const v1::Firm& firm,
                                              const std::optional<store::ProfileRow>& before,
                                              v1::Profile after, const ChangeOrigin& origin);

// The profile as callers see it: sensitive values masked.
v1::Profile Shown(v1::Profile profile);

}  // namespace profilesync::model
