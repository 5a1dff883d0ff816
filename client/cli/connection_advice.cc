#include "client/cli/connection_advice.h"

#include "absl/strings/str_cat.h"
#include "client/cpp/channel.h"
#include "client/cpp/error.h"
#include "common/error.h"

namespace profilesync::cli {
namespace {

// gRPC's messages don't tell plain text that meets TLS from a server that hangs up.
const char* TlsAdvice(const client::Options& connection) {
  if (!client::IsLoopback(connection.address)) {
    return "it must use TLS, as it isn't on this machine, and --ca-file names the certificates to "
           "trust";
  }
  return connection.force_tls
             ? "--tls is for one that uses TLS, and --ca-file names the certificates to trust"
             : "give --tls where it uses TLS";
}

}  // namespace

std::string ConnectionAdvice(const absl::Status& status, const client::Options& connection) {
  if (ErrorInfoOf(status) || client::SyncOperationOf(status)) {
    return "";
  }
  if (absl::IsDeadlineExceeded(status)) {
    return "--timeout SECONDS waits longer; --address or PROFILESYNC_ADDRESS names another server";
  }
  if (!absl::IsUnavailable(status)) {
    return "";
  }
  return absl::StrCat("is the server running at ", connection.address,
                      "? --address or PROFILESYNC_ADDRESS names another; ", TlsAdvice(connection));
}

}  // namespace profilesync::cli
