#include "server/sync/get_sync_operation.h"

#include <utility>

#include "common/status.h"
#include "server/verb/find.h"

namespace profilesync::sync {

absl::StatusOr<v1::SyncOperation> GetSyncOperation(const Environment& /*environment*/,
                                                   const access::Call& /*call*/,
                                                   const v1::GetSyncOperationRequest& request,
                                                   const store::Reader& reader) {
  ASSIGN_OR_RETURN(store::SyncOperationRow row, verb::FindSyncOperation(reader, request.name()));
  return std::move(row.operation);
}

}  // namespace profilesync::sync
