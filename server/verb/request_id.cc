#include "server/verb/request_id.h"

#include <memory>

#include "common/error.h"
#include "common/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "server/verb/etag.h"

namespace profilesync::verb {
namespace {

// Maps in requests would otherwise be written in any order.
std::string SerializeInOrder(const google::protobuf::Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    message.SerializePartialToCodedStream(&out);
  }
  return bytes;
}

}  // namespace

RequestId::RequestId(std::string_view key, const access::Call& call,
                     const google::protobuf::Message& request)
    : service_(call.caller.service), now_(call.now) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr) {
    return;
  }
  id_ = request.GetReflection()->GetString(request, field);
  if (!id_.empty()) {
    // A keyed hash: the content may be sensitive.
    digest_ = HashText(key, request.GetDescriptor()->full_name() + SerializeInOrder(request));
  }
}

store::Found<store::RequestRow> RequestId::Find(const store::Reader& reader) const {
  if (id_.empty()) {
    return std::nullopt;
  }
  auto found = reader.FindRequest(service_, id_);
  if (found.ok() && found->has_value() && (*found)->digest != digest_) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::REQUEST_ID_REUSED,
                     "request_id was used before with another request", {{"request_id", id_}});
  }
  return found;
}

store::RequestRow RequestId::Row() const {
  return {.service = service_, .request_id = id_, .digest = digest_, .create_time = now_};
}

absl::Status RequestId::RecordAnswer(store::Transaction& transaction,
                                     const google::protobuf::Message& answer) const {
  if (id_.empty()) {
    return absl::OkStatus();
  }
  store::RequestRow row = Row();
  row.answer = answer.SerializeAsString();
  return transaction.PutRequest(row);
}

absl::Status RequestId::RecordOperation(store::Transaction& transaction,
                                        std::string_view operation) const {
  if (id_.empty()) {
    return absl::OkStatus();
  }
  store::RequestRow row = Row();
  row.operation = operation;
  return transaction.PutRequest(row);
}

}  // namespace profilesync::verb
