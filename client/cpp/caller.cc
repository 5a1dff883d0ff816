#include "client/cpp/caller.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"

namespace profilesync::client {
namespace {

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (buffer.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) {
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
  }
  return bytes;
}

// Waits for the one thing that was started; false when it failed.
bool Finished(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

grpc::Status ReadAll(grpc::GenericClientAsyncReaderWriter& call, grpc::CompletionQueue& queue,
                     const grpc::ByteBuffer& request,
                     const std::function<void(std::string)>& on_response) {
  call.StartCall(nullptr);
  bool alive = Finished(queue);
  if (alive) {
    call.WriteLast(request, grpc::WriteOptions(), nullptr);
    alive = Finished(queue);
  }
  while (alive) {
    grpc::ByteBuffer response;
    call.Read(&response, nullptr);
    alive = Finished(queue);
    if (alive) {
      on_response(ToBytes(response));
    }
  }
  grpc::Status status;
  call.Finish(&status, nullptr);
  Finished(queue);
  return status;
}

}  // namespace

Caller::Caller(Options options, std::shared_ptr<grpc::Channel> channel)
    : options_(std::move(options)),
      channel_(std::move(channel)),
      token_(options_.token_file.empty() ? std::nullopt
                                         : std::make_optional<TokenFile>(options_.token_file)) {}

absl::Status Caller::CheckToken() const {
  return token_ ? token_->Read().status() : absl::OkStatus();
}

absl::Status Caller::Authorise(grpc::ClientContext* context) const {
  if (token_) {
    // As metadata and not as call credentials: gRPC allows those under TLS only, and OpenChannel
    // has seen to it that what isn't TLS stays on this machine.
    ASSIGN_OR_RETURN(const std::string token, token_->Read());
    context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
  }
  return absl::OkStatus();
}

absl::Status Caller::Attempt(absl::Duration timeout,
                             const std::function<grpc::Status(grpc::ClientContext*)>& call) const {
  const absl::Time deadline = timing_.now() + timeout;
  absl::Status status = Retry(options_.retry, deadline, timing_, [&]() -> absl::Status {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    RETURN_IF_ERROR(Authorise(&context));
    return FromGrpc(call(&context));
  });
  if (absl::IsDeadlineExceeded(status) && !ErrorInfoOf(status)) {
    // gRPC's own words say neither who was waited for nor how long.
    return absl::DeadlineExceededError(absl::StrCat(options_.address, " didn't answer within ",
                                                    absl::ToDoubleSeconds(timeout), " s"));
  }
  return status;
}

absl::Status Caller::CallRaw(const std::string& path, const std::string& request,
                             absl::Duration timeout,
                             const std::function<void(std::string)>& on_response) const {
  grpc::GenericStub stub(channel_);
  const grpc::ByteBuffer buffer = ToBuffer(request);
  bool answered = false;
  absl::Status ending;
  const absl::Status status = Attempt(timeout, [&](grpc::ClientContext* context) {
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareCall(context, path, &queue);
    grpc::Status last = ReadAll(*call, queue, buffer, [&](std::string response) {
      answered = true;
      on_response(std::move(response));
    });
    ending = FromGrpc(last);
    return answered ? grpc::Status::OK : last;
  });
  return answered ? ending : status;
}

}  // namespace profilesync::client
