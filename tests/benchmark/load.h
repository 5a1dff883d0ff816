#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::benchmark {

inline constexpr int kInFlight = 64;

// A method that is called over and over, with a fixed number of calls in flight. Requests and
// answers are bytes, so that the client's side costs the same whatever the messages are.
struct Load {
  std::vector<std::shared_ptr<grpc::Channel>> channels;  // which take turns
  std::string method;                                    // "/package.Service/Method"
  std::string token;                                     // sent as a bearer token
  std::function<grpc::ByteBuffer()> next_request;        // thread-safe
  absl::Duration length;
};

// Calls for `length`, then lets what is in flight end. Returns calls per second; the status of the
// first call that fails.
absl::StatusOr<double> RunLoad(const Load& load);

// A buffer of these bytes.
grpc::ByteBuffer ToByteBuffer(const std::string& bytes);

}  // namespace profilesync::benchmark
