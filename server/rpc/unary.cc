#include "server/rpc/unary.h"

#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <exception>
#include <utility>

#include "common/error.h"
#include "server/verb/request_id.h"

namespace profilesync::rpc {
namespace {

// Verbs don't throw; a library beneath one might, and the call must be finished all the same.
absl::Status Guard(absl::FunctionRef<absl::Status()> body) {
  try {
    return body();
  } catch (const std::exception& e) {
    return absl::InternalError(e.what());
  }
}

bool IsValidateOnly(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("validate_only");
  return field != nullptr && request.GetReflection()->GetBool(request, field);
}

absl::Status Busy() {
  return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, v1::SERVER_BUSY,
                                  "too many calls wait for a practice system already"),
                        absl::Seconds(1));
}

// `refusal` with what else is wrong with the request by `found`, an error of its verb.
absl::Status WithMore(const absl::Status& refusal, const absl::Status& found) {
  Violations violations;
  violations.AddOf(refusal);
  violations.AddOf(found);
  return violations.ToStatus();
}

// `refusal`, where it is for what is wrong with the request, with what else is by `check`.
absl::Status WithChecked(const absl::Status& refusal, absl::FunctionRef<void(Violations*)> check) {
  if (ViolationsOf(refusal).empty()) {
    return refusal;
  }
  Violations violations;
  check(&violations);
  return WithMore(refusal, violations.ToStatus());
}

// Answers from what is recorded under the request's id; runs `body` and records its answer
// otherwise.
absl::Status RunOnce(const verb::RequestId& request_id, google::protobuf::Message* response,
                     store::Transaction& transaction, absl::FunctionRef<absl::Status()> body) {
  ASSIGN_OR_RETURN(const auto recorded, request_id.Find(transaction));
  if (recorded) {
    return response->ParseFromString(recorded->answer)
               ? absl::OkStatus()
               : absl::DataLossError("a recorded answer can't be read");
  }
  RETURN_IF_ERROR(body());
  return request_id.RecordAnswer(transaction, *response);
}

}  // namespace

absl::Status NotImplementedYet() {
  return MakeError(absl::StatusCode::kUnimplemented, v1::NOT_IMPLEMENTED,
                   "the method is part of the API and not yet of this server");
}

UnaryCall::UnaryCall(const Gate& gate) : gate_(gate) { gate_.Enter(); }

UnaryCall::~UnaryCall() { gate_.Leave(); }

void UnaryCall::Watch(const Context& context) {
  liveness_ = std::make_shared<Liveness>(context);
  state_.call.cancelled = [liveness = liveness_] { return liveness->Cancelled(); };
}

void UnaryCall::End(const absl::Status& status) {
  if (liveness_ != nullptr) {
    liveness_->End();
  }
  Finish(gate_.End(state_, status));
}

Reactor* Unary::NotYet(Context* context, const google::protobuf::Message* request,
                       access::Role needed) const {
  auto* call = new UnaryCall(gate_);
  const absl::Status admitted = gate_.Admit(*context, *request, needed, &call->state());
  call->End(admitted.ok() ? NotImplementedYet() : admitted);
  return call;
}

Reactor* Unary::RefuseUnreadable(Context* context, const google::protobuf::Message& request) const {
  auto* call = new UnaryCall(gate_);
  gate_.Describe(*context, request.GetDescriptor(), &call->state());
  call->End(MakeError(absl::StatusCode::kInvalidArgument, v1::INVALID_REQUEST,
                      "the request isn't a valid message"));
  return call;
}

Reactor* Unary::RunRead(Context* context, const google::protobuf::Message& request,
                        access::Role needed, ReadBody body) const {
  auto* call = new UnaryCall(gate_);
  call->state().only_reads = true;
  const absl::Status admitted = gate_.Admit(*context, request, needed, &call->state());
  if (!admitted.ok() && !call->state().may_try) {
    call->End(admitted);
    return call;
  }
  const absl::Status status = Guard([&] {
    return environment_.store.Read(
        [&](const store::Reader& reader) { return body(call->call(), reader); });
  });
  call->End(admitted.ok() ? status : WithMore(admitted, status));
  return call;
}

Reactor* Unary::RunWrite(Context* context, const google::protobuf::Message& request,
                         google::protobuf::Message* response, access::Role needed,
                         WriteBody body) const {
  auto* call = new UnaryCall(gate_);
  call->Watch(*context);
  const absl::Status admitted = gate_.Admit(*context, request, needed, &call->state());
  if (!admitted.ok() && !call->state().may_try) {
    call->End(admitted);
    return call;
  }
  const auto run = [this, call, &request, response, admitted,
                    body = std::move(body)](store::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(call->CheckAlive());
    if (!admitted.ok()) {
      return WithMore(admitted, body(call->call(), transaction));
    }
    const verb::RequestId request_id(environment_.etag_key, call->call(), request);
    RETURN_IF_ERROR(RunOnce(request_id, response, transaction,
                            [&] { return body(call->call(), transaction); }));
    if (IsValidateOnly(request)) {
      call->validated = true;
      return absl::CancelledError("validate_only");  // any error has the transaction rolled back
    }
    return absl::OkStatus();
  };
  environment_.store.Write(
      [run](store::Transaction& transaction) { return Guard([&] { return run(transaction); }); },
      [call](absl::Status status) { call->End(call->validated ? absl::OkStatus() : status); });
  return call;
}

Reactor* Unary::RunPractice(Context* context, const google::protobuf::Message& request,
                            access::Role needed, PracticeBody body, RequestCheck check) const {
  auto* call = new UnaryCall(gate_);
  call->Watch(*context);
  const absl::Status admitted = gate_.Admit(*context, request, needed, &call->state());
  if (!admitted.ok()) {
    call->End(WithChecked(admitted, check));
    return call;
  }
  const bool taken = practice_.TryRun([call, body = std::move(body)] {
    absl::Status status = call->CheckAlive();
    if (status.ok()) {
      status = Guard([&] { return body(call->call()); });
    }
    call->End(status);
  });
  if (!taken) {
    call->End(Busy());
  }
  return call;
}

bool Unary::Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) {
  grpc::ByteBuffer copy(bytes);  // shares the slices; the reader wants it mutable
  grpc::ProtoBufferReader reader(&copy);
  return reader.status().ok() && message->ParseFromZeroCopyStream(&reader);
}

grpc::ByteBuffer Unary::ToByteBuffer(std::string bytes) {
  auto* owned = new std::string(std::move(bytes));
  const grpc::Slice slice(
      owned->data(), owned->size(), [](void* string) { delete static_cast<std::string*>(string); },
      owned);
  return grpc::ByteBuffer(&slice, 1);
}

}  // namespace profilesync::rpc
