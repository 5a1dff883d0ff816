#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/empty.pb.h"
#include "server/environment.h"

namespace profilesync::operation {

// google.longrunning.Operations.DeleteOperation: forgets an operation that is done; what it did
// stays. NOT_FOUND; FAILED_PRECONDITION (OPERATION_UNFINISHED) for one that isn't done.
absl::StatusOr<google::protobuf::Empty> DeleteOperation(
    const Environment& environment, const access::Call& call,
    const google::longrunning::DeleteOperationRequest& request, store::Transaction& transaction);

}  // namespace profilesync::operation
