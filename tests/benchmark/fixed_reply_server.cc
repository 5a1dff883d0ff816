#include "tests/benchmark/fixed_reply_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "profilesync/v1/sync_service.grpc.pb.h"
#include "server/rpc/server.h"
#include "tests/benchmark/load.h"

namespace profilesync::benchmark {

class FixedReplyServer::Service final
    : public v1::SyncService::WithRawCallbackMethod_GetDiff<v1::SyncService::CallbackService> {
 public:
  explicit Service(const std::string& reply) : reply_(ToByteBuffer(reply)) {}

  grpc::ServerUnaryReactor* GetDiff(grpc::CallbackServerContext* context, const grpc::ByteBuffer*,
                                    grpc::ByteBuffer* reply) override {
    *reply = reply_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const grpc::ByteBuffer reply_;
};

FixedReplyServer::FixedReplyServer(const std::string& reply)
    : service_(std::make_unique<Service>(reply)) {}

FixedReplyServer::~FixedReplyServer() {
  if (server_ != nullptr) {
    server_->Shutdown();
  }
}

absl::StatusOr<std::unique_ptr<FixedReplyServer>> FixedReplyServer::Start(
    const std::string& reply) {
  std::unique_ptr<FixedReplyServer> server(new FixedReplyServer(reply));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(rpc::ServerOptions().max_receive_bytes);
  builder.RegisterService(server->service_.get());
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || port == 0) {
    return absl::UnavailableError("the server with fixed replies can't listen");
  }
  server->address_ = "127.0.0.1:" + std::to_string(port);
  return server;
}

std::string FixedReplyServer::Method() { return "/profilesync.v1.SyncService/GetDiff"; }

}  // namespace profilesync::benchmark
