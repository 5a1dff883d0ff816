#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "common/error.h"
#include "common/status.h"
#include "google/protobuf/message.h"
#include "server/environment.h"
#include "server/rpc/executor.h"
#include "server/rpc/gate.h"
#include "server/rpc/liveness.h"

namespace profilesync::rpc {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

// One unary call, from its admission to its end. Deletes itself when gRPC is done with it.
class UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryCall(const Gate& gate);
  ~UnaryCall() override;

  // Has the call know when its caller hangs up: for work that waits, or goes on elsewhere.
  void Watch(const Context& context);

  CallState& state() { return state_; }
  const access::Call& call() const { return state_.call; }

  // Finishes the call; to be called once, last of all.
  void End(const absl::Status& status);
  // As access::CheckAlive.
  absl::Status CheckAlive() const { return access::CheckAlive(state_.call, absl::Now()); }

  // What a write was only to be checked for came out well, and was rolled back.
  bool validated = false;

 private:
  void OnDone() override { delete this; }

  const Gate& gate_;
  std::shared_ptr<Liveness> liveness_;  // nullptr until Watch; with copies of the call too
  CallState state_;
};

// Runs the verbs behind the unary methods: authenticates, authorises, validates names and ids,
// runs, maps the status, counts, logs, and finishes once on every path. Thread-safe.
//
// The verb's shape (server/environment.h) says where it runs: Read on gRPC's own thread, Write
// inside the store's writer, Practice on the connector executor. `needed` is the role that the
// method needs. What the gate finds wrong with a request is told together with what the verb does.
class Unary {
 public:
  // All are borrowed and outlive every call.
  Unary(const Gate& gate, const Environment& environment, Executor& practice)
      : gate_(gate), environment_(environment), practice_(practice) {}

  template <typename Q, typename R>
  Reactor* Read(Context* context, const Q* request, R* response, access::Role needed,
                absl::StatusOr<R> (*verb)(const Environment&, const access::Call&, const Q&,
                                          const store::Reader&)) const {
    return RunRead(context, *request, needed,
                   [&](const access::Call& call, const store::Reader& reader) -> absl::Status {
                     ASSIGN_OR_RETURN(*response, verb(environment_, call, *request, reader));
                     return absl::OkStatus();
                   });
  }

  // A request_id is answered from its record, and recorded with what the verb did; a request with
  // validate_only is answered and rolled back.
  template <typename Q, typename R>
  Reactor* Write(Context* context, const Q* request, R* response, access::Role needed,
                 absl::StatusOr<R> (*verb)(const Environment&, const access::Call&, const Q&,
                                           store::Transaction&)) const {
    return RunWrite(context, *request, response, needed,
                    [this, request, response, verb](
                        const access::Call& call, store::Transaction& transaction) -> absl::Status {
                      ASSIGN_OR_RETURN(*response, verb(environment_, call, *request, transaction));
                      return absl::OkStatus();
                    });
  }

  // `check` is the part of the verb that looks at nothing but the request, where it has one.
  template <typename Q, typename R>
  Reactor* Practice(Context* context, const Q* request, R* response, access::Role needed,
                    absl::StatusOr<R> (*verb)(const Environment&, const access::Call&, const Q&),
                    void (*check)(const Q&, Violations*) = nullptr) const {
    return RunPractice(
        context, *request, needed,
        [this, request, response, verb](const access::Call& call) -> absl::Status {
          ASSIGN_OR_RETURN(*response, verb(environment_, call, *request));
          return absl::OkStatus();
        },
        [request, check](Violations* violations) {
          if (check != nullptr) {
            check(*request, violations);
          }
        });
  }

  // As Read, for a verb that answers with a serialised message: its bytes are handed on as they
  // are.
  template <typename Q>
  Reactor* Bytes(Context* context, const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                 access::Role needed,
                 absl::StatusOr<std::string> (*verb)(const Environment&, const access::Call&,
                                                     const Q&, const store::Reader&)) const {
    Q parsed;
    if (!Parse(*request, &parsed)) {
      return RefuseUnreadable(context, parsed);
    }
    return RunRead(context, parsed, needed,
                   [&](const access::Call& call, const store::Reader& reader) -> absl::Status {
                     ASSIGN_OR_RETURN(std::string bytes, verb(environment_, call, parsed, reader));
                     *response = ToByteBuffer(std::move(bytes));
                     return absl::OkStatus();
                   });
  }

  // For a method that a later version fills: UNIMPLEMENTED, to those who might call it.
  Reactor* NotYet(Context* context, const google::protobuf::Message* request,
                  access::Role needed) const;

 private:
  using ReadBody = absl::FunctionRef<absl::Status(const access::Call&, const store::Reader&)>;
  using WriteBody = std::function<absl::Status(const access::Call&, store::Transaction&)>;
  using PracticeBody = std::function<absl::Status(const access::Call&)>;
  using RequestCheck = absl::FunctionRef<void(Violations*)>;

  Reactor* RunRead(Context* context, const google::protobuf::Message& request, access::Role needed,
                   ReadBody body) const;
  Reactor* RunWrite(Context* context, const google::protobuf::Message& request,
                    google::protobuf::Message* response, access::Role needed, WriteBody body) const;
  Reactor* RunPractice(Context* context, const google::protobuf::Message& request,
                       access::Role needed, PracticeBody body, RequestCheck check) const;
  Reactor* RefuseUnreadable(Context* context, const google::protobuf::Message& request) const;

  static bool Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message* message);
  static grpc::ByteBuffer ToByteBuffer(std::string bytes);

  const Gate& gate_;
  const Environment& environment_;
  Executor& practice_;
};

// The error for a method that a later version fills.
absl::Status NotImplementedYet();

}  // namespace profilesync::rpc
