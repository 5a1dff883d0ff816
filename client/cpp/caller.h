#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cpp/error.h"
#include "client/cpp/options.h"
#include "client/cpp/request_id.h"
#include "client/cpp/retry.h"
#include "client/cpp/token_file.h"
#include "common/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"

namespace profilesync::client {

// Makes calls as every call is to be made: with the token, a deadline, a request_id, repetition and
// an error that keeps its details. Thread-safe.
class Caller {
 public:
  Caller(Options options, std::shared_ptr<grpc::Channel> channel);

  const Options& options() const { return options_; }
  const Timing& timing() const { return timing_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // What every call answers while the token file can't be used.
  absl::Status CheckToken() const;

  // Calls `method` of a generated stub. `timeout` spans all attempts.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                Request request, absl::Duration timeout) const {
    EnsureRequestId(&request);
    Response response;
    RETURN_IF_ERROR(Attempt(timeout, [&](grpc::ClientContext* context) {
      response.Clear();
      return (stub.*method)(context, request, &response);
    }));
    return response;
  }

  // Calls the method of that path ("/package.Service/Method") with a serialized request, which must
  // have its request_id. Each answer goes to `on_response`; a unary method has one. A call that has
  // answered once is not repeated.
  absl::Status CallRaw(const std::string& path, const std::string& request, absl::Duration timeout,
                       const std::function<void(std::string)>& on_response) const;

 private:
  absl::Status Attempt(absl::Duration timeout,
                       const std::function<grpc::Status(grpc::ClientContext*)>& call) const;
  absl::Status Authorise(grpc::ClientContext* context) const;

  const Options options_;
  const std::shared_ptr<grpc::Channel> channel_;
  const Timing timing_ = Timing::System();
  const std::optional<TokenFile> token_;
};

}  // namespace profilesync::client
