#include "server/addon/unfinished.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/status.h"

namespace profilesync::addon {

namespace {

absl::Status CheckNone(const store::Reader& reader, std::string_view add_on,
                       bool (*counts)(const v1::SyncOperation&)) {
  ASSIGN_OR_RETURN(const std::vector<store::SyncOperationRow> unfinished,
                   reader.ListUnfinishedSyncOperations());
  for (const store::SyncOperationRow& row : unfinished) {
    if (row.operation.add_on() == add_on && counts(row.operation)) {
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                       "sync operation " + row.operation.name() + " is unfinished",
                       {{"operation", row.operation.name()}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckNoneUnfinished(const store::Reader& reader, std::string_view add_on) {
  return CheckNone(reader, add_on, [](const v1::SyncOperation&) { return true; });
}

absl::Status CheckNoneRunning(const store::Reader& reader, std::string_view add_on) {
  return CheckNone(reader, add_on, [](const v1::SyncOperation& operation) {
    return operation.state() != v1::SyncOperation::UNKNOWN;
  });
}

}  // namespace profilesync::addon
