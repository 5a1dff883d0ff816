#pragma once

#include <grpcpp/support/server_callback.h>

#include "server/rpc/gate.h"
#include "server/rpc/unary.h"

namespace profilesync::rpc {

// Runs the methods that answer with a stream. They are admitted, counted and logged as unary ones
// are. Thread-safe.
class Streams {
 public:
  explicit Streams(const Gate& gate) : gate_(gate) {}

  // For a method that a later version fills: UNIMPLEMENTED, to those who might call it.
  template <typename R>
  grpc::ServerWriteReactor<R>* NotYet(Context* context, const google::protobuf::Message* request,
                                      access::Role needed) const {
    class Refused final : public grpc::ServerWriteReactor<R> {
     public:
      explicit Refused(const grpc::Status& status) { this->Finish(status); }

     private:
      void OnDone() override { delete this; }
    };
    CallState state;
    const absl::Status admitted = gate_.Admit(*context, *request, needed, &state);
    return new Refused(gate_.End(state, admitted.ok() ? NotImplementedYet() : admitted));
  }

 private:
  const Gate& gate_;
};

}  // namespace profilesync::rpc
