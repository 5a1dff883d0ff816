#include "server/sync/suggestions.h"

#include <algorithm>
#include <utility>

#include "server/sync/differing_filter.h"
#include "server/sync/run_operation.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

v1::SyncProfileRequest SuggestedSync(const v1::Diff& diff, const store::DifferingFilter& filter) {
  v1::SyncProfileRequest sync;
  sync.set_name(diff.profile());
  sync.set_add_on(diff.add_on());
  for (const v1::FieldDiff& field : diff.fields()) {
    if (field.suggested_direction() != v1::SYNC_DIRECTION_UNSPECIFIED && ChosenBy(filter, field)) {
      v1::FieldSync* chosen = sync.add_fields();
      chosen->set_field(field.field());
      chosen->set_direction(field.suggested_direction());
      chosen->set_etag(field.etag());
    }
  }
  return sync;
}

absl::StatusOr<v1::SyncOperation> RunSuggested(const Environment& environment,
                                               const access::Call& call,
                                               const SuggestedRequest& request,
                                               const verb::RequestId& request_id,
                                               model::LinkState state) {
  const auto& fields = request.sync.fields();
  const PlannedRequest planned{
      .kind = v1::SyncOperation::SUGGESTIONS,
      .original_operation = "",
      .request_id = request.request_id,
      .long_operation = request.long_operation,
      .allow_partial = false,
      .allow_stale = false,
      .validate_only = request.validate_only,
      .may_push = std::any_of(
          fields.begin(), fields.end(),
          [](const v1::FieldSync& field) { return field.direction() == v1::TO_PRACTICE; }),
      .plan = [&](const model::LinkState& current) {
        return SyncPlan(request.sync, current, environment.etag_key);
      }};
  return RunOperation(environment, call, planned, request_id, std::move(state));
}

}  // namespace profilesync::sync
