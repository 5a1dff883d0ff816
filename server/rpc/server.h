#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/access/authenticator.h"
#include "server/environment.h"
#include "server/rpc/executor.h"

namespace grpc {
class Server;
}

namespace profilesync::rpc {

struct ServerOptions {
  std::string listen = "127.0.0.1:7443";  // host:port, or unix:path; port 0 for any free one
  bool reflection = true;
  bool channelz = true;
  // PEM texts; both or neither. Without them the server speaks plain text.
  std::string tls_certificate;
  std::string tls_key;
  int max_receive_bytes = 4 << 20;
};

// The gRPC server with all services of the API, health, and reflection and channelz where asked
// for. Health says NOT_SERVING until SetHealthy(true).
class Server {
 public:
  // All references are borrowed and outlive the server. FAILED_PRECONDITION when it can't listen.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       const access::Authenticator& authenticator,
                                                       const Environment& environment,
                                                       Executor& practice);
  // As Shutdown with no time left, unless that was called.
  ~Server();

  // host:port as a client may dial it.
  const std::string& address() const { return address_; }

  // What health answers, for the whole server and each of its services. Thread-safe.
  void SetHealthy(bool healthy);

  // Health turns NOT_SERVING for good; new calls are refused; those under way have `grace` to end,
  // then they are cancelled. Connections without one are cut. Returns when the last call has ended:
  // a verb that has begun is never abandoned.
  void Shutdown(absl::Duration grace);

 private:
  Server(const access::Authenticator& authenticator, const Environment& environment,
         Executor& practice);
  void CutIdleConnections(const std::stop_token& stopped);

  // Apart, for the services take many seconds to compile.
  struct Services;
  const std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace profilesync::rpc
