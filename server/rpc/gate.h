#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "server/access/authenticator.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/rpc/method_table.h"

namespace profilesync::rpc {

// What is known of one call while it lasts.
struct CallState {
  access::Call call;
  Method* method = nullptr;
  std::string firm;         // that it is about, or ""
  bool only_reads = false;  // it runs a verb that reads the store
  // It isn't admitted for its request alone, in which all names are well-formed and of firms that
  // the caller may reach: the verb may be run to learn what else is wrong, if nothing comes of it.
  bool may_try = false;
  std::chrono::steady_clock::time_point start;
};

// Lets calls in and sees them out; the same for unary calls and streams. Thread-safe.
class Gate {
 public:
  // All are borrowed.
  Gate(const access::Authenticator& authenticator, const MethodTable& methods,
       const Environment& environment)
      : authenticator_(authenticator), methods_(methods), environment_(environment) {}

  // Fills in *state, and returns OK when the call may go on: who calls is known, has the role, and
  // the names in the request are of firms that it may reach. Else the error to end it with.
  absl::Status Admit(const grpc::CallbackServerContext& context,
                     const google::protobuf::Message& request, access::Role needed,
                     CallState* state) const;
  // The same for a method of that request type whose request couldn't be read.
  void Describe(const grpc::CallbackServerContext& context,
                const google::protobuf::Descriptor* request_type, CallState* state) const;

  // Around the whole life of each call, answered or not.
  void Enter() const { ++in_flight_; }
  void Leave() const { --in_flight_; }
  int in_flight() const { return in_flight_; }

  // Counts and logs the end of a call, and gives the status to finish it with.
  grpc::Status End(const CallState& state, const absl::Status& status) const;

 private:
  const access::Authenticator& authenticator_;
  const MethodTable& methods_;
  const Environment& environment_;
  mutable std::atomic<int> in_flight_ = 0;
};

}  // namespace profilesync::rpc
