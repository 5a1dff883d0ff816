#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace profilesync::benchmark {

// A server that answers one method with the same bytes always: what gRPC alone costs. It is set up
// as the real server is, and the method is of the kind that GetDiff is there. Serves from
// construction to destruction.
class FixedReplyServer {
 public:
  // UNAVAILABLE when it can't listen. Reflection and channelz are what the process was told for the
  // real server, so that one is to be started first.
  static absl::StatusOr<std::unique_ptr<FixedReplyServer>> Start(const std::string& reply);
  ~FixedReplyServer();

  const std::string& address() const { return address_; }
  // The method that it answers.
  static std::string Method();

 private:
  class Service;

  explicit FixedReplyServer(const std::string& reply);

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace profilesync::benchmark
