#include "server/sync/apply_firm_suggestions.h"

#include <limits>
#include <utility>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/sync/differing_filter.h"
#include "server/sync/suggestions.h"
#include "server/sync/suggestions_job.h"
#include "server/sync/sync_plan.h"
#include "server/verb/find.h"
#include "server/verb/long_job.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {
namespace {

constexpr int kMostPlans = 1000;

// What applying its suggestions would do to the link of `diff`, as it is now.
absl::StatusOr<v1::PlannedLinkSync> PlanOf(const Environment& environment, const v1::Diff& diff,
                                           const store::DifferingFilter& filter,
                                           const store::Reader& reader) {
  v1::PlannedLinkSync plan;
  plan.set_link(diff.link());
  plan.set_profile_display_name(diff.profile_display_name());
  ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(reader, diff.link()));
  ASSIGN_OR_RETURN(const model::LinkState state,
                   model::LoadLinkState(environment, reader, std::move(link)));
  for (v1::FieldResult& result :
       SyncPlan(SuggestedSync(diff, filter), state, environment.etag_key).Results()) {
    *plan.add_field_results() = std::move(result);
  }
  return plan;
}

absl::StatusOr<google::longrunning::Operation> Preview(
    const Environment& environment, const v1::ApplyFirmSuggestionsRequest& request,
    const store::DifferingFilter& filter) {
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) {
    return verb::FindFirm(reader, request.name()).status();
  }));
  v1::ApplyFirmSuggestionsResponse response;
  const auto add = [&](const v1::Diff& diff) -> absl::Status {
    response.set_planned_count(response.planned_count() + 1);
    if (response.plans_size() == kMostPlans) {
      return absl::OkStatus();
    }
    const absl::Status added = environment.store.Read([&](const store::Reader& reader) {
      auto plan = PlanOf(environment, diff, filter, reader);
      if (plan.ok()) {
        *response.add_plans() = *std::move(plan);
      }
      return plan.status();
    });
    return absl::IsNotFound(added) ? absl::OkStatus() : added;  // unlinked meanwhile
  };
  RETURN_IF_ERROR(FindSuggested(environment, LastId(request.name()), filter,
                                std::numeric_limits<int>::max(), add));
  google::longrunning::Operation operation;
  operation.set_done(true);
  operation.mutable_metadata()->PackFrom(v1::ApplyFirmSuggestionsMetadata());
  operation.mutable_response()->PackFrom(response);
  return operation;
}

}  // namespace

void CheckApplyFirmSuggestions(const v1::ApplyFirmSuggestionsRequest& request,
                               Violations* violations) {
  // Which add-ons it may name follows from the firm.
  if (ParseName(request.name(), {"firms"})) {
    ParseDifferingFilter(request.filter(), request.name(), violations);
  }
}

absl::StatusOr<google::longrunning::Operation> ApplyFirmSuggestions(
    const Environment& environment, const access::Call& call,
    const v1::ApplyFirmSuggestionsRequest& request) {
  Violations violations;
  const store::DifferingFilter filter =
      ParseDifferingFilter(request.filter(), request.name(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  if (request.validate_only()) {
    return Preview(environment, request, filter);
  }
  const verb::RequestId request_id(environment.etag_key, call, request);
  verb::Begun begun;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(begun,
                         verb::BeginLongOperation(environment,
                                                  {.call = call,
                                                   .request = request,
                                                   .request_id = request_id,
                                                   .firm_id = LastId(request.name()),
                                                   .metadata = v1::ApplyFirmSuggestionsMetadata(),
                                                   .holder = ""},
                                                  transaction));
        return begun.earlier ? absl::OkStatus()
                             : verb::FindFirm(transaction, request.name()).status();
      }));
  // Where there is no room for it now, it is gone on with later as one that was left.
  if (!begun.earlier) {
    environment.post(
        [&environment, name = begun.operation.name()] { GoOnApplying(environment, name); });
  }
  return std::move(begun.operation);
}

void GoOnApplying(const Environment& environment, const std::string& operation) {
  SuggestionsJob(environment, operation).Run();
}

}  // namespace profilesync::sync
