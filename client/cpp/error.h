#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"
#include "profilesync/v1/sync_operation.pb.h"

namespace profilesync::client {

// Errors of the client are absl::Status values. Their particulars are read with common/error.h:
// ReasonOf (an enum), ErrorInfoOf (its metadata), ViolationsOf (what is wrong with the request, all
// of it) and RetryAfterOf (how long to wait).

// The error that a call ended with, its google.rpc details kept.
absl::Status FromGrpc(const grpc::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

// The operation itself when it is DONE or was only validated, else an error that carries it: the
// code of operation.error when FAILED, ABORTED when PARTLY_DONE, and UNKNOWN while it isn't known
// whether the practice system has applied the write. Such an operation must not just be repeated.
absl::StatusOr<v1::SyncOperation> RequireDone(v1::SyncOperation operation);

// The operation that RequireDone's error carries.
std::optional<v1::SyncOperation> SyncOperationOf(const absl::Status& status);

}  // namespace profilesync::client
