#include "server/operation/cancel_operation.h"

#include <string>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"
#include "server/verb/long_operation.h"

namespace profilesync::operation {
namespace {

// Ends an operation that nobody is at work on. Whoever comes for it finds it done.
absl::Status EndAtOnce(const Environment& environment, const std::string& name,
                       store::Transaction& transaction) {
  const std::string holder = environment.ids.NewId();
  RETURN_IF_ERROR(verb::TakeLongOperation(environment, name, holder, transaction));
  ASSIGN_OR_RETURN(google::longrunning::Operation operation,
                   verb::FindOperation(transaction, name));
  operation.set_done(true);
  *operation.mutable_error() = verb::ToRpcStatus(verb::CancelledByRequest());
  return verb::StoreHeld(environment, operation, holder, transaction);
}

}  // namespace

absl::StatusOr<google::protobuf::Empty> CancelOperation(
    const Environment& environment, const access::Call&,
    const google::longrunning::CancelOperationRequest& request, store::Transaction& transaction) {
  const std::string& name = request.name();
  ASSIGN_OR_RETURN(auto row, transaction.FindLongOperation(FirmOf(name), LastId(name)));
  if (!row) {
    return verb::NotFound(name);
  }
  if (row->done) {
    return google::protobuf::Empty();
  }
  ASSIGN_OR_RETURN(const bool at_work, verb::IsAtWork(environment, name, transaction));
  if (!at_work) {
    RETURN_IF_ERROR(EndAtOnce(environment, name, transaction));
    return google::protobuf::Empty();
  }
  row->cancel_requested = true;
  RETURN_IF_ERROR(transaction.PutLongOperation(FirmOf(name), LastId(name), *row));
  return google::protobuf::Empty();
}

}  // namespace profilesync::operation
