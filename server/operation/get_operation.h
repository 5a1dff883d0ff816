#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "server/environment.h"

namespace profilesync::operation {

// google.longrunning.Operations.GetOperation: NOT_FOUND.
absl::StatusOr<google::longrunning::Operation> GetOperation(
    const Environment& environment, const access::Call& call,
    const google::longrunning::GetOperationRequest& request, const store::Reader& reader);

}  // namespace profilesync::operation
