#include "server/verb/request_id.h"

#include <sodium.h>

#include "common/error.h"
#include "common/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace profilesync::verb {

std::string RequestIdOf(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? std::string() : request.GetReflection()->GetString(request, field);
}

std::string RequestDigest(const google::protobuf::Message& request) {
  // Every method has a request type of its own.
  std::string bytes = request.GetDescriptor()->full_name() + "\n";
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  std::string digest(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(digest.data()), digest.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr,
                     0);
  return digest;
}

absl::StatusOr<std::optional<store::RequestRow>> FindRecorded(
    const access::Call& call, const google::protobuf::Message& request,
    const store::Reader& reader) {
  const std::string id = RequestIdOf(request);
  if (id.empty()) {
    return std::nullopt;
  }
  ASSIGN_OR_RETURN(auto row, reader.FindRequest(call.caller.service, id));
  if (row && row->digest != RequestDigest(request)) {
    Violations violations;
    violations.Add("request_id", "was used before, with other content");
    return violations.ToStatus(v1::REQUEST_ID_REUSED);
  }
  return row;
}

absl::Status RecordAnswer(const access::Call& call, const google::protobuf::Message& request,
                          const google::protobuf::Message& answer,
                          store::Transaction& transaction) {
  std::string id = RequestIdOf(request);
  if (id.empty()) {
    return absl::OkStatus();
  }
  return transaction.PutRequest({.service = call.caller.service,
                                 .request_id = std::move(id),
                                 .digest = RequestDigest(request),
                                 .answer = answer.SerializeAsString(),
                                 .operation = "",
                                 .create_time = call.now});
}

}  // namespace profilesync::verb
