#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "server/access/call.h"
#include "server/store/store.h"

namespace profilesync::verb {

// A call's request_id, bound to the call's method and content: what makes a repeated call get the
// recorded answer. Without a request_id (an empty one) nothing is found and nothing recorded.
class RequestId {
 public:
  // `key`: Environment::etag_key. The method is told by the request's type.
  RequestId(std::string_view key, const access::Call& call,
            const google::protobuf::Message& request);

  const std::string& id() const { return id_; }

  // What is recorded under the id; nullopt when nothing is. INVALID_ARGUMENT (REQUEST_ID_REUSED)
  // when it was used with other content.
  store::Found<store::RequestRow> Find(const store::Reader& reader) const;

  // Records the answer, in the transaction that does the work.
  absl::Status RecordAnswer(store::Transaction& transaction,
                            const google::protobuf::Message& answer) const;
  // Records that a sync operation, by its name, is the answer.
  absl::Status RecordOperation(store::Transaction& transaction, std::string_view operation) const;

 private:
  store::RequestRow Row() const;

  std::string id_;
  std::string service_;
  std::string digest_;
  absl::Time now_;
};

}  // namespace profilesync::verb
