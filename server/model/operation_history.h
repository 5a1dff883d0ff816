#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/store/store.h"

namespace profilesync::model {

// Whether the field has been written: as asked, or in a form of the practice system's own.
bool IsWritten(const v1::FieldResult& result);

// Adds what the operation has written to the history of its link's fields, but for what it had
// written already when it was as `before`; nullptr: nothing is in the history yet.
absl::Status AppendHistory(const v1::SyncOperation& operation, const v1::SyncOperation* before,
                           absl::Time now, store::Transaction& transaction);

}  // namespace profilesync::model
