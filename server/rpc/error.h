#pragma once

#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace profilesync::rpc {

// An error as it leaves the server, and what only the log may tell of it.
struct PublicError {
  grpc::Status status;  // its details are a google.rpc.Status
  std::string detail;   // "" when the caller is told everything
};

// The one place where an absl::Status becomes a gRPC status. Payloads of google.rpc types become
// details; there is always an ErrorInfo. Of INTERNAL, UNKNOWN and DATA_LOSS the caller learns the
// call's id and nothing else. What is too long for the headers that carry it is cut.
PublicError ToPublicError(const absl::Status& status, std::string_view call_id);

}  // namespace profilesync::rpc
