#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "server/access/call.h"
#include "server/store/store.h"

namespace profilesync::verb {

// A repeated call with the same request_id and content gets the recorded answer. Ids of different
// services don't meet. The Write adapter of server/rpc does all this for verbs that change the
// store in one transaction; the others call it themselves, where they commit.

// The request's request_id, or "".
std::string RequestIdOf(const google::protobuf::Message& request);

// A hash of the request's type and content.
std::string RequestDigest(const google::protobuf::Message& request);

// What is recorded under the request's id: nullopt when nothing is or it carries none.
// INVALID_ARGUMENT (REQUEST_ID_REUSED) when the id was used with other content.
absl::StatusOr<std::optional<store::RequestRow>> FindRecorded(
    const access::Call& call, const google::protobuf::Message& request,
    const store::Reader& reader);

// Records the answer under the request's id, if it carries one.
absl::Status RecordAnswer(const access::Call& call, const google::protobuf::Message& request,
                          const google::protobuf::Message& answer, store::Transaction& transaction);

}  // namespace profilesync::verb
