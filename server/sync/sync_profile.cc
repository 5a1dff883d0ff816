#include "server/sync/sync_profile.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/operation.h"
#include "server/sync/run_operation.h"
#include "server/sync/sync_intent.h"
#include "server/sync/sync_plan.h"
#include "server/sync/sync_target.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

// What the store tells before the practice system is asked.
struct Start {
  std::optional<v1::SyncOperation> answered;  // to an earlier call with the same request_id
  model::LinkState state;
};

absl::StatusOr<Start> Prepare(const Environment& environment, const v1::SyncProfileRequest& request,
                              const verb::RequestId& request_id) {
  Start start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
    if (recorded) {
      ASSIGN_OR_RETURN(start.answered, AnswerRepeated(reader, *recorded));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(store::LinkRow link, FindSyncTarget(reader, request));
    ASSIGN_OR_RETURN(start.state, model::LoadLinkState(environment, reader, std::move(link)));
    RETURN_IF_ERROR(model::RequireConnector(environment, start.state.add_on).status());
    return CheckSyncRequest(request, start.state, environment.etag_key);
  }));
  return start;
}

bool MayPush(const v1::SyncProfileRequest& request) {
  return std::any_of(
      request.fields().begin(), request.fields().end(),
      [](const v1::FieldSync& field) { return field.direction() == v1::TO_PRACTICE; });
}

}  // namespace

void CheckSyncProfile(const v1::SyncProfileRequest& request, Violations* violations) {
  CheckSyncFields(request, violations);
}

absl::StatusOr<v1::SyncOperation> SyncProfile(const Environment& environment,
                                              const access::Call& call,
                                              const v1::SyncProfileRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Start start, Prepare(environment, request, request_id));
  if (start.answered) {
    return *std::move(start.answered);
  }
  const PlannedRequest planned{.kind = v1::SyncOperation::SYNC,
                               .original_operation = "",
                               .request_id = request.request_id(),
                               .allow_partial = request.allow_partial(),
                               .allow_stale = request.allow_stale(),
                               .validate_only = request.validate_only(),
                               .may_push = MayPush(request),
                               .plan = [&](const model::LinkState& state) {
                                 return SyncPlan(request, state, environment.etag_key);
                               }};
  return RunOperation(environment, call, planned, request_id, std::move(start.state));
}

}  // namespace profilesync::sync
