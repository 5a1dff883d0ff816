#include "server/sync/get_sync_operation.h"

#include <optional>
#include <utility>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::sync {

absl::StatusOr<v1::SyncOperation> GetSyncOperation(const Environment& /*environment*/,
                                                   const access::Call& /*call*/,
                                                   const v1::GetSyncOperationRequest& request,
                                                   const store::Reader& reader) {
  ASSIGN_OR_RETURN(std::optional<store::SyncOperationRow> row,
                   reader.FindSyncOperation(FirmOf(request.name()), LastId(request.name())));
  if (!row) {
    return verb::NotFound(request.name());
  }
  return std::move(row->operation);
}

}  // namespace profilesync::sync
