#include "server/sync/revert_sync_operation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/operation_history.h"
#include "server/sync/journal_plan.h"
#include "server/sync/operation.h"
#include "server/sync/original.h"
#include "server/sync/run_operation.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

absl::Status CheckRevertible(const store::SyncOperationRow& row) {
  const v1::SyncOperation& operation = row.operation;
  RETURN_IF_ERROR(CheckFinished(operation));
  const auto refuse = [&](v1::ErrorReason reason, const std::string& why) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason, operation.name() + why,
                     {{"operation", operation.name()}});
  };
  switch (operation.kind()) {
    case v1::SyncOperation::RESTORE:
      return refuse(v1::UNSUPPORTED_BY_PRACTICE_SYSTEM, " is a restore: restore it in turn");
    case v1::SyncOperation::SYNC:
    case v1::SyncOperation::SUGGESTIONS:
    case v1::SyncOperation::REVERT:
      break;
    default:
      return refuse(v1::UNSUPPORTED_BY_PRACTICE_SYSTEM, " can't be reverted");
  }
  const auto& results = operation.field_results();
  return std::any_of(results.begin(), results.end(), model::IsWritten)
             ? absl::OkStatus()
             : refuse(v1::NOTHING_TO_RESTORE, " wrote nothing");
}

}  // namespace

absl::StatusOr<v1::SyncOperation> RevertSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::RevertSyncOperationRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Original start,
                   FindOriginal(environment, request.name(), request_id, CheckRevertible));
  if (start.answered) {
    return *std::move(start.answered);
  }
  const auto& results = start.row.operation.field_results();
  const PlannedRequest planned{.kind = v1::SyncOperation::REVERT,
                               .original_operation = request.name(),
                               .request_id = request.request_id(),
                               .allow_partial = request.allow_partial(),
                               .allow_stale = false,
                               .validate_only = request.validate_only(),
                               .may_push = std::any_of(results.begin(), results.end(),
                                                       [](const v1::FieldResult& result) {
                                                         return model::IsWritten(result) &&
                                                                result.direction() ==
                                                                    v1::TO_PRACTICE;
                                                       }),
                               .plan = [&](const model::LinkState& state) {
                                 return RevertingPlan(start.row, state, environment.etag_key);
                               }};
  return RunOperation(environment, call, planned, request_id, start.state);
}

}  // namespace profilesync::sync
