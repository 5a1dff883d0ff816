#include "server/sync/apply_link_suggestions.h"

#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/find_diff.h"
#include "server/sync/operation.h"
#include "server/sync/suggestions.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

// What the store tells before the practice system is asked.
struct Start {
  std::optional<v1::SyncOperation> answered;  // to an earlier call with the same request_id
  model::LinkState state;
  v1::SyncProfileRequest sync;  // what the suggestions come to
};

// The diff that the decision was made on; ABORTED (CHANGED_SINCE_READ) where it is another by now.
absl::StatusOr<v1::Diff> FindDecidedDiff(const store::Reader& reader,
                                         const v1::ApplyLinkSuggestionsRequest& request) {
  const std::string& link = request.name();
  ASSIGN_OR_RETURN(const std::string bytes,
                   FindDiffBytes(reader, DiffName(FirmOf(link), LastId(link))));
  ASSIGN_OR_RETURN(v1::Diff diff, ParseDiff(bytes));
  if (diff.sequence() != request.diff_sequence()) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     "the diff has changed since it was read", {{"resource", diff.name()}});
  }
  return diff;
}

absl::StatusOr<Start> Prepare(const Environment& environment,
                              const v1::ApplyLinkSuggestionsRequest& request,
                              const verb::RequestId& request_id) {
  Start start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
    if (recorded) {
      ASSIGN_OR_RETURN(start.answered, AnswerRepeated(reader, *recorded));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(reader, request.name()));
    RETURN_IF_ERROR(verb::FindActiveAddOn(reader, link.link.add_on()).status());
    ASSIGN_OR_RETURN(const v1::Diff diff, FindDecidedDiff(reader, request));
    start.sync = SuggestedSync(diff, {});
    ASSIGN_OR_RETURN(start.state, model::LoadLinkState(environment, reader, std::move(link)));
    return model::RequireConnector(environment, start.state.add_on).status();
  }));
  return start;
}

}  // namespace

void CheckApplyLinkSuggestions(const v1::ApplyLinkSuggestionsRequest& request,
                               Violations* violations) {
  if (request.diff_sequence() <= 0) {
    violations->Add("diff_sequence", "must be the sequence of the diff that was decided on");
  }
}

absl::StatusOr<v1::SyncOperation> ApplyLinkSuggestions(
    const Environment& environment, const access::Call& call,
    const v1::ApplyLinkSuggestionsRequest& request) {
  Violations violations;
  CheckApplyLinkSuggestions(request, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Start start, Prepare(environment, request, request_id));
  if (start.answered) {
    return *std::move(start.answered);
  }
  return RunSuggested(environment, call,
                      {.sync = start.sync,
                       .request_id = request.request_id(),
                       .long_operation = "",
                       .validate_only = request.validate_only()},
                      request_id, std::move(start.state));
}

}  // namespace profilesync::sync
