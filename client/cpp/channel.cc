#include "client/cpp/channel.h"

#include <arpa/inet.h>

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/socket_address.h"
#include "common/status.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace profilesync::client {
namespace {

// Pages of a thousand profiles and the results of an import can outgrow gRPC's 4 MiB.
constexpr int kMaxMessageBytes = 64 << 20;

// The host of HOST:PORT, [HOST]:PORT or HOST; with another colon in it, the whole address.
std::string_view HostOf(std::string_view address) {
  if (address.starts_with('[')) {
    const auto end = address.find(']');
    return end == std::string_view::npos ? address : address.substr(1, end - 1);
  }
  const auto colon = address.find(':');
  if (colon != std::string_view::npos && colon == address.rfind(':')) {
    return address.substr(0, colon);
  }
  return address;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << file.rdbuf())) {
    return absl::InvalidArgumentError(absl::StrCat("can't read ", path));
  }
  return text.str();
}

}  // namespace

bool IsLoopback(std::string_view address) {
  if (address.starts_with("unix:")) {
    return true;
  }
  const std::string host(HostOf(address));
  in_addr v4 = {};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == 127;
  }
  in6_addr v6 = {};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6);
  }
  return absl::EqualsIgnoreCase(host, "localhost");
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const Options& options) {
  if (!IsSocketAddress(options.address)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the server's address must be HOST:PORT, such as 127.0.0.1:7443, or "
                     "unix:PATH, and isn't: \"",
                     options.address, "\""));
  }
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  const bool loopback = IsLoopback(options.address);
  if (loopback) {
    // A proxy couldn't reach this machine's loopback, and would see the token.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  }
  if (loopback && !options.force_tls) {
    return grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(),
                                     arguments);
  }
  grpc::SslCredentialsOptions tls;
  if (!options.ca_file.empty()) {
    ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.ca_file));
  }
  return grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), arguments);
}

}  // namespace profilesync::client
