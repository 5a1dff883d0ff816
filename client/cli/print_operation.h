#pragma once

#include "absl/status/statusor.h"
#include "client/cli/context.h"
#include "profilesync/v1/sync_operation.pb.h"

namespace profilesync::cli {

// Prints a sync operation: as JSON, or as a table of its fields with what it came to below.
void PrintOperation(Context& context, const v1::SyncOperation& operation);

// Prints what came of an operation, also of one that isn't DONE: the exit code, or the error.
absl::StatusOr<int> PrintOutcome(Context& context,
                                 const absl::StatusOr<v1::SyncOperation>& operation);

}  // namespace profilesync::cli
