#include "server/sync/refresh_link.h"

#include <optional>
#include <string>

#include "common/status.h"
#include "server/sync/find_diff.h"
#include "server/sync/refresh.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {

absl::StatusOr<v1::Diff> RefreshLink(const Environment& environment, const access::Call& call,
                                     const v1::RefreshLinkRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  std::optional<store::RequestRow> recorded;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(recorded, request_id.Find(reader));
    return absl::OkStatus();
  }));
  if (recorded) {
    return ParseDiff(recorded->answer);
  }
  ASSIGN_OR_RETURN(
      const std::string bytes,
      Refresh(environment, request.name(), budget::Priority::kPerson, call.deadline,
              [&](store::Transaction& transaction, const std::string& diff) -> absl::Status {
                // The same call may have come twice at once.
                ASSIGN_OR_RETURN(recorded, request_id.Find(transaction));
                if (recorded) {
                  return absl::OkStatus();
                }
                v1::Diff answer;
                answer.ParseFromString(diff);
                return request_id.RecordAnswer(transaction, answer);
              }));
  return ParseDiff(bytes);
}

}  // namespace profilesync::sync
