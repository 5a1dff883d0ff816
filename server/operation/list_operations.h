#pragma once

#include "absl/status/statusor.h"
#include "google/longrunning/operations.pb.h"
#include "server/environment.h"

namespace profilesync::operation {

// google.longrunning.Operations.ListOperations of a firm, the latest first. `filter` is
// "done = true", "done = false" or nothing. A page may hold fewer than page_size, for operations
// come with their responses, which may be large. NOT_FOUND; INVALID_ARGUMENT (INVALID_REQUEST,
// INVALID_PAGE_TOKEN).
absl::StatusOr<google::longrunning::ListOperationsResponse> ListOperations(
    const Environment& environment, const access::Call& call,
    const google::longrunning::ListOperationsRequest& request, const store::Reader& reader);

}  // namespace profilesync::operation
