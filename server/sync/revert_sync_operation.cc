#include "server/sync/revert_sync_operation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/journal_plan.h"
#include "server/sync/operation.h"
#include "server/sync/original.h"
#include "server/sync/run_operation.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

// What the store tells before the practice system is asked.
struct Start {
  std::optional<v1::SyncOperation> answered;  // to an earlier call with the same request_id
  store::SyncOperationRow original;
  model::LinkState state;
};

bool IsWritten(const v1::FieldResult& result) {
  return result.outcome() == v1::FieldResult::APPLIED ||
         result.outcome() == v1::FieldResult::COERCED;
}

absl::Status CheckRevertible(const v1::SyncOperation& operation) {
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
  return std::any_of(results.begin(), results.end(), IsWritten)
             ? absl::OkStatus()
             : refuse(v1::NOTHING_TO_RESTORE, " wrote nothing");
}

absl::StatusOr<Start> Prepare(const Environment& environment,
                              const v1::RevertSyncOperationRequest& request,
                              const verb::RequestId& request_id) {
  Start start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
    if (recorded) {
      ASSIGN_OR_RETURN(start.answered, AnswerRepeated(reader, *recorded));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(start.original, verb::FindSyncOperation(reader, request.name()));
    RETURN_IF_ERROR(CheckRevertible(start.original.operation));
    ASSIGN_OR_RETURN(start.state, LoadItsLink(environment, reader, start.original.operation));
    return absl::OkStatus();
  }));
  return start;
}

}  // namespace

absl::StatusOr<v1::SyncOperation> RevertSyncOperation(
    const Environment& environment, const access::Call& call,
    const v1::RevertSyncOperationRequest& request) {
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(Start start, Prepare(environment, request, request_id));
  if (start.answered) {
    return *std::move(start.answered);
  }
  const auto& results = start.original.operation.field_results();
  const PlannedRequest planned{
      .kind = v1::SyncOperation::REVERT,
      .original_operation = request.name(),
      .request_id = request.request_id(),
      .allow_partial = request.allow_partial(),
      .allow_stale = false,
      .validate_only = request.validate_only(),
      .may_push = std::any_of(results.begin(), results.end(),
                              [](const v1::FieldResult& result) {
                                return IsWritten(result) && result.direction() == v1::TO_PRACTICE;
                              }),
      .plan = [&](const model::LinkState& state) {
        return RevertingPlan(start.original, state, environment.etag_key);
      }};
  return RunOperation(environment, call, planned, request_id, start.state);
}

}  // namespace profilesync::sync
