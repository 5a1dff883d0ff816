#include "server/sync/apply_link_suggestions.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/find_diff.h"
#include "server/sync/operation.h"
#include "server/sync/run_operation.h"
#include "server/sync/sync_plan.h"
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

absl::Status Check(const v1::ApplyLinkSuggestionsRequest& request) {
  Violations violations;
  if (request.diff_sequence() <= 0) {
    violations.Add("diff_sequence", "must be the sequence of the diff that was decided on");
  }
  return violations.ToStatus();
}

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

v1::SyncProfileRequest ToSync(const v1::Diff& diff) {
  v1::SyncProfileRequest sync;
  sync.set_name(diff.profile());
  sync.set_add_on(diff.add_on());
  for (const v1::FieldDiff& field : diff.fields()) {
    if (field.suggested_direction() != v1::SYNC_DIRECTION_UNSPECIFIED) {
      v1::FieldSync* chosen = sync.add_fields();
      chosen->set_field(field.field());
      chosen->set_direction(field.suggested_direction());
      chosen->set_etag(field.etag());
    }
  }
  return sync;
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
    start.sync = ToSync(diff);
    ASSIGN_OR_RETURN(start.state, model::LoadLinkState(environment, reader, std::move(link)));
    return model::RequireConnector(environment, start.state.add_on).status();
  }));
  return start;
}

}  // namespace

absl::StatusOr<v1::SyncOperation> ApplyLinkSuggestions(
    const Environment& environment, const access::Call& call,
    const v1::ApplyLinkSuggestionsRequest& request) {
  RETURN_IF_ERROR(Check(request));
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Start start, Prepare(environment, request, request_id));
  if (start.answered) {
    return *std::move(start.answered);
  }
  const auto& fields = start.sync.fields();
  const PlannedRequest planned{
      .kind = v1::SyncOperation::SUGGESTIONS,
      .original_operation = "",
      .request_id = request.request_id(),
      .allow_partial = false,
      .allow_stale = false,
      .validate_only = request.validate_only(),
      .may_push = std::any_of(
          fields.begin(), fields.end(),
          [](const v1::FieldSync& field) { return field.direction() == v1::TO_PRACTICE; }),
      .plan = [&](const model::LinkState& state) {
        return SyncPlan(start.sync, state, environment.etag_key);
      }};
  return RunOperation(environment, call, planned, request_id, start.state);
}

}  // namespace profilesync::sync
