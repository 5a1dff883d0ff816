#include "server/operation/get_operation.h"

#include "server/verb/long_operation.h"

namespace profilesync::operation {

absl::StatusOr<google::longrunning::Operation> GetOperation(
    const Environment&, const access::Call&,
    const google::longrunning::GetOperationRequest& request, const store::Reader& reader) {
  return verb::FindOperation(reader, request.name());
}

}  // namespace profilesync::operation
