#include "server/addon/unfinished.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/status.h"

namespace profilesync::addon {

absl::Status CheckNoneUnfinished(const store::Reader& reader, std::string_view add_on) {
  ASSIGN_OR_RETURN(const std::vector<store::SyncOperationRow> unfinished,
                   reader.ListUnfinishedSyncOperations());
  for (const store::SyncOperationRow& row : unfinished) {
    if (row.operation.add_on() == add_on) {
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                       "sync operation " + row.operation.name() + " is unfinished",
                       {{"operation", row.operation.name()}});
    }
  }
  return absl::OkStatus();
}

}  // namespace profilesync::addon
