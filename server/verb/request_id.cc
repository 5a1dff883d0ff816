#include "server/verb/request_id.h"

#include "common/error.h"
#include "common/status.h"
#include "server/verb/etag.h"

namespace profilesync::verb {
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
    digest_ = HashText(key, request.GetDescriptor()->full_name() + SerializeSorted(request));
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
