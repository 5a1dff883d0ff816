#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "google/protobuf/empty.pb.h"
#include "server/environment.h"

namespace profilesync::operation {

// google.longrunning.Operations.CancelOperation: asks whoever is at work on the operation, in this
// server or another, to end it at its next safe point with CANCELLED (OPERATION_CANCELLED); what is
// stored by then stays. One that waits for its turn ends at once. Nothing for one that is done.
// NOT_FOUND.
absl::StatusOr<google::protobuf::Empty> CancelOperation(
    const Environment& environment, const access::Call& call,
    const google::longrunning::CancelOperationRequest& request, store::Transaction& transaction);

}  // namespace profilesync::operation
