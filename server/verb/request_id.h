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

// The request_id that a request carries, or doesn't: a repeated call with the same id and content
// gets the recorded answer. Ids of different services don't meet. The Write adapter of server/rpc
// does all this for verbs that change the store in one transaction; the others do it where they
// commit. Immutable, so thread-safe.
class RequestId {
 public:
  // `key` is Environment::etag_key.
  RequestId(std::string_view key, const access::Call& call,
            const google::protobuf::Message& request);

  // What is recorded under the id; nullopt when nothing is, or there is no id. INVALID_ARGUMENT
  // (REQUEST_ID_REUSED) when it was used with other content.
  absl::StatusOr<std::optional<store::RequestRow>> Find(const store::Reader& reader) const;

  // Records the answer, or the sync operation that will give it. Nothing without an id.
  absl::Status RecordAnswer(store::Transaction& transaction,
                            const google::protobuf::Message& answer) const;
  absl::Status RecordOperation(store::Transaction& transaction, std::string_view operation) const;

 private:
  std::string id_;  // "" for none
  std::string service_;
  std::string digest_;
  absl::Time call_time_;
};

// Frees the request_id of an operation that failed with nothing written: the same request may be
// made again.
absl::Status FreeRequestId(const v1::SyncOperation& operation, store::Transaction& transaction);

// The text of a request's request_id, or "".
std::string RequestIdOf(const google::protobuf::Message& request);

}  // namespace profilesync::verb
