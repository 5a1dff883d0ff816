#include "server/verb/request_id.h"

#include <utility>

#include "common/error.h"
#include "common/serialize.h"
#include "common/status.h"
#include "server/verb/etag.h"

namespace profilesync::verb {

absl::Status FreeRequestId(const v1::SyncOperation& operation, store::Transaction& transaction) {
  if (operation.state() != v1::SyncOperation::FAILED || operation.request_id().empty()) {
    return absl::OkStatus();
  }
  const std::string& actor = operation.actor();
  const std::string service = actor.substr(0, actor.find('/'));
  ASSIGN_OR_RETURN(const auto recorded, transaction.FindRequest(service, operation.request_id()));
  if (!recorded || recorded->operation != operation.name()) {
    return absl::OkStatus();
  }
  return transaction.DeleteRequest(service, operation.request_id());
}

std::string RequestIdOf(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? std::string() : request.GetReflection()->GetString(request, field);
}

RequestId::RequestId(std::string_view key, const access::Call& call,
                     const google::protobuf::Message& request)
    : id_(RequestIdOf(request)), service_(call.caller.service), call_time_(call.now) {
  if (!id_.empty()) {
    // Every method has a request type of its own.
    digest_ = HashText(key, request.GetDescriptor()->full_name() + "\n" + SerializeSorted(request));
  }
}

absl::StatusOr<std::optional<store::RequestRow>> RequestId::Find(
    const store::Reader& reader) const {
  if (id_.empty()) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(auto row, reader.FindRequest(service_, id_));
  if (row && row->digest != digest_) {
    Violations violations;
    violations.Add("request_id", "was used before, with other content");
    return violations.ToStatus(v1::REQUEST_ID_REUSED);
  }
  return row;
}

absl::Status RequestId::RecordAnswer(store::Transaction& transaction,
                                     const google::protobuf::Message& answer) const {
  if (id_.empty()) {
    return absl::OkStatus();
  }
  return transaction.PutRequest({.service = service_,
                                 .request_id = id_,
                                 .digest = digest_,
                                 .answer = answer.SerializeAsString(),
                                 .operation = "",
                                 .create_time = call_time_});
}

absl::Status RequestId::RecordOperation(store::Transaction& transaction,
                                        std::string_view operation) const {
  if (id_.empty()) {
    return absl::OkStatus();
  }
  return transaction.PutRequest({.service = service_,
                                 .request_id = id_,
                                 .digest = digest_,
                                 .answer = "",
                                 .operation = std::string(operation),
                                 .create_time = call_time_});
}

}  // namespace profilesync::verb
