#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/store/store.h"

namespace profilesync::model {

// The export of the profile, under the add-on or any ("") of them, of which it isn't known yet what
// became: PUSHING or NEEDS_ATTENTION. nullopt: none.
absl::StatusOr<std::optional<store::SyncOperationRow>> FindUnsettledExport(
    const store::Reader& reader, std::string_view profile, std::string_view add_on);

// FAILED_PRECONDITION (OPERATION_UNFINISHED) while an export of the profile is under way.
absl::Status CheckNoExportUnderWay(const store::Reader& reader, std::string_view profile);

// Has an export need attention: its state, and an error that says why and what a person can do.
void NeedAttention(std::string_view why, v1::SyncOperation* operation);

}  // namespace profilesync::model
