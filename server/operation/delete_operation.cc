#include "server/operation/delete_operation.h"

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::operation {

absl::StatusOr<google::protobuf::Empty> DeleteOperation(
    const Environment&, const access::Call&,
    const google::longrunning::DeleteOperationRequest& request, store::Transaction& transaction) {
  const std::string& name = request.name();
  ASSIGN_OR_RETURN(const auto row, transaction.FindLongOperation(FirmOf(name), LastId(name)));
  if (!row) {
    return verb::NotFound(name);
  }
  if (!row->done) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
                     name + " isn't done; cancel it first", {{"operation", name}});
  }
  RETURN_IF_ERROR(transaction.DeleteLongOperation(FirmOf(name), LastId(name)));
  return google::protobuf::Empty();
}

}  // namespace profilesync::operation
