#include "server/rpc/server.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "common/log.h"
#include "grpc/health/v1/health.pb.h"
#include "server/rpc/add_on_service.h"
#include "server/rpc/field_rule_service.h"
#include "server/rpc/firm_service.h"
#include "server/rpc/link_service.h"
#include "server/rpc/operations_service.h"
#include "server/rpc/profile_service.h"
#include "server/rpc/sync_service.h"

namespace profilesync::rpc {
namespace {

void LogGrpc(gpr_log_func_args* args) {
  const LogLevel level = args->severity == GPR_LOG_SEVERITY_ERROR  ? LogLevel::kWarning
                         : args->severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo
                                                                   : LogLevel::kDebug;
  Log(level, absl::StrCat("grpc: ", args->message));
}

// gRPC has these switches for the whole process only; they stay on. Whether a server offers
// reflection is decided by what is added to its builder.
void PrepareProcess(const ServerOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_function(LogGrpc);
    grpc::EnableDefaultHealthCheckService(true);
    // Linked in so that reflection can describe the health service, which gRPC serves by itself.
    grpc::health::v1::HealthCheckRequest::descriptor();
  });
  static std::once_flag reflection, channelz;
  if (options.reflection) {
    std::call_once(reflection, grpc::reflection::InitProtoReflectionServerBuilderPlugin);
  }
  if (options.channelz) {
    std::call_once(channelz, grpc::channelz::experimental::InitChannelzService);
  }
}

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const ServerOptions& options) {
  if (options.tls_certificate.empty()) {
    return grpc::InsecureServerCredentials();
  }
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back({options.tls_key, options.tls_certificate});
  return grpc::SslServerCredentials(ssl);
}

// What the system says to a socket that would listen there; "" where it has nothing against it.
std::string WhyNotBind(const sockaddr* address, socklen_t size) {
  const int socket = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    return std::strerror(errno);
  }
  const absl::Cleanup close_socket = [socket] { ::close(socket); };
  const int yes = 1;  // as gRPC does: connections that linger are no cause
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  return ::bind(socket, address, size) == 0 && ::listen(socket, 1) == 0 ? "" : std::strerror(errno);
}

std::string WhyNotListenAtPath(std::string_view path) {
  if (path.starts_with("///")) {
    path.remove_prefix(2);  // of a URI without an authority
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return std::strerror(ENAMETOOLONG);
  }
  path.copy(address.sun_path, path.size());
  const std::string why = WhyNotBind(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (why.empty()) {
    ::unlink(address.sun_path);  // which was made just now
  }
  return why;
}

std::string WhyNotListenAtPort(std::string_view host, std::string_view port) {
  if (host.starts_with('[')) {
    host = host.substr(1, host.size() - 2);
  }
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(std::string(host).c_str(), std::string(port).c_str(), &wanted, &found);
  if (error != 0) {
    return ::gai_strerror(error);
  }
  const absl::Cleanup free_found = [found] { ::freeaddrinfo(found); };
  std::string first;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    const std::string why = WhyNotBind(at->ai_addr, at->ai_addrlen);
    if (why.empty()) {
      return "";
    }
    first = first.empty() ? why : first;
  }
  return first;
}

// gRPC tells why to its log alone, so the same is tried without it. FAILED_PRECONDITION.
absl::Status CannotListen(const std::string& listen) {
  constexpr std::string_view kUnix = "unix:";
  const std::size_t colon = listen.rfind(':');
  const std::string why =
      listen.starts_with(kUnix)
          ? WhyNotListenAtPath(std::string_view(listen).substr(kUnix.size()))
          : WhyNotListenAtPort(listen.substr(0, colon), listen.substr(colon + 1));
  return absl::FailedPreconditionError(
      absl::StrCat("can't listen on ", listen, why.empty() ? "" : ": ", why));
}

// The listening address with the port that was found.
std::string WithPort(const std::string& listen, int port) {
  return listen.starts_with("unix:")
             ? listen
             : listen.substr(0, listen.rfind(':') + 1) + std::to_string(port);
}

}  // namespace

struct Server::Services {
  Services(const access::Authenticator& authenticator, const Environment& environment,
           Executor& practice)
      : gate(authenticator, methods, environment),
        unary(gate, environment, practice),
        streams(gate),
        waits(gate, environment) {}

  std::vector<grpc::Service*> All() {
    return {&firms, &add_ons, &profiles, &links, &syncs, &field_rules, &operations};
  }

  const MethodTable methods;
  const Gate gate;
  const Unary unary;
  const Streams streams;
  FirmService firms{unary};
  AddOnService add_ons{unary};
  ProfileService profiles{unary, streams};
  LinkService links{unary};
  SyncService syncs{unary, streams};
  FieldRuleService field_rules{unary};
  OperationWaits waits;
  OperationsService operations{unary, waits};
};

Server::Server(const access::Authenticator& authenticator, const Environment& environment,
               Executor& practice)
    : services_(std::make_unique<Services>(authenticator, environment, practice)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const access::Authenticator& authenticator,
                                                      const Environment& environment,
                                                      Executor& practice) {
  PrepareProcess(options);
  std::unique_ptr<Server> server(new Server(authenticator, environment, practice));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen, CredentialsOf(options), &port);
  // Two servers must not share a port by accident.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  for (grpc::Service* service : server->services_->All()) {
    builder.RegisterService(service);
  }
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr || (port == 0 && !options.listen.starts_with("unix:"))) {
    return CannotListen(options.listen);
  }
  server->address_ = WithPort(options.listen, port);
  server->SetHealthy(false);
  return server;
}

void Server::SetHealthy(bool healthy) {
  auto* health = server_->GetHealthCheckService();
  health->SetServingStatus(healthy);  // of the services that were named so far, and "" for all
  health->SetServingStatus("", healthy);
  for (const auto* service : MethodTable::Services()) {
    health->SetServingStatus(service->full_name(), healthy);
  }
}

// gRPC waits for connections that have no call, for those that never said a word, and for watches
// of health, which have no end. None of them is worth the grace.
void Server::CutIdleConnections(const std::stop_token& stopped) {
  constexpr int kTimes = 5;  // in a row: a call that has just come may not be counted yet
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  for (int idle = 0; !stopped.stop_requested();) {
    never.wait_for(lock, stopped, std::chrono::milliseconds(20), [] { return false; });
    idle = services_->gate.in_flight() == 0 ? idle + 1 : 0;
    if (idle == kTimes) {
      grpc_server_cancel_all_calls(server_->c_server());
      idle = 0;
    }
  }
}

void Server::Shutdown(absl::Duration grace) {
  if (server_ == nullptr) {
    return;
  }
  server_->GetHealthCheckService()->Shutdown();
  services_->waits.Stop();
  std::jthread cutting([this](const std::stop_token& stopped) { CutIdleConnections(stopped); });
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(grace));
  server_->Wait();
  cutting.request_stop();
  cutting.join();
  server_ = nullptr;
}

}  // namespace profilesync::rpc
