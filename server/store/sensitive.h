#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/records.h"
#include "server/store/seal.h"

namespace profilesync::store {

// What of each record may be on disk only sealed or masked: the values of the fields that the
// catalogue calls sensitive. Every store writes and reads its rows through these.

// Moves the sensitive values into extra.sealed_values. Their forms are dropped: a sensitive field
// has none.
void SealValues(const Sealer& sealer, ProfileRow* row);
// Moves them back. An error of Sealer::Open.
absl::Status OpenValues(const Sealer& sealer, ProfileRow* row);

// Whether the record must be sealed as a whole.
bool HoldsSensitive(const storage::v1::Snapshot& snapshot);
bool HoldsSensitive(const storage::v1::FieldBases& bases);

// What is served is masked by whoever made it; these make sure.
void MaskRecord(v1::ProfileChange* change);
void MaskRecord(v1::SyncOperation* operation);
void MaskRecord(v1::FieldHistoryEntry* entry);

}  // namespace profilesync::store
