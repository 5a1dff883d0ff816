#include "server/operation/get_operation.h"

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::operation {

absl::StatusOr<google::longrunning::Operation> GetOperation(
    const Environment&, const access::Call&,
    const google::longrunning::GetOperationRequest& request, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto row,
                   reader.FindLongOperation(FirmOf(request.name()), LastId(request.name())));
  if (!row) {
    return verb::NotFound(request.name());
  }
  google::longrunning::Operation operation;
  if (!operation.ParseFromString(row->operation)) {
    return absl::DataLossError("the stored operation " + request.name() + " can't be read");
  }
  return operation;
}

}  // namespace profilesync::operation
