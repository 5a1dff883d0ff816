#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/cpp/options.h"
#include "grpcpp/channel.h"

namespace profilesync::client {

// Whether an address can only lead to this machine: localhost, 127.0.0.0/8, [::1] or unix:. What
// isn't plainly so isn't.
bool IsLoopback(std::string_view address);

// The channel that the options describe: TLS, or without TLS to this machine. No connection is made
// yet. INVALID_ARGUMENT for an address of another form (options.h) or a file that can't be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(const Options& options);

}  // namespace profilesync::client
