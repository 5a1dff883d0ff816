#include "server/sync/refresh.h"

#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/fetch.h"
#include "server/model/link_state.h"
#include "server/sync/find_diff.h"
#include "server/verb/find.h"

namespace profilesync::sync {
namespace {

struct Start {
  v1::AddOn add_on;
  std::string client_id;
  model::FetchStart fetch;
};

absl::StatusOr<Start> Prepare(const Environment& environment, std::string_view link_name) {
  Start start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const store::LinkRow link, verb::FindLink(reader, link_name));
    ASSIGN_OR_RETURN(start.add_on, verb::FindActiveAddOn(reader, link.link.add_on()));
    start.client_id = link.link.practice_client_id();
    start.fetch.write_sequence = link.write_sequence;
    return absl::OkStatus();
  }));
  start.fetch.time = environment.clock.Now();
  return start;
}

}  // namespace

absl::StatusOr<std::string> Refresh(
    const Environment& environment, std::string_view link_name, budget::Priority priority,
    absl::Time deadline,
    const std::function<absl::Status(store::Transaction&, const std::string&)>& record) {
  ASSIGN_OR_RETURN(const Start start, Prepare(environment, link_name));
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, start.add_on));
  auto fetched = connector->Get(model::TenantOf(environment, start.add_on, priority),
                                start.client_id, {.deadline = deadline});
  const bool missing = ReasonOf(fetched.status()) == v1::PRACTICE_CLIENT_NOT_FOUND;
  if (!fetched.ok() && !missing) {
    return std::move(fetched).status();
  }
  RETURN_IF_ERROR(Failpoint("refresh.after_fetch"));
  std::string diff;
  RETURN_IF_ERROR(
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(store::LinkRow link, verb::FindLink(transaction, link_name));
        ASSIGN_OR_RETURN(model::LinkState state,
                         model::LoadLinkState(environment, transaction, std::move(link)));
        if (model::MayStore(state, start.fetch, environment.clock.Now())) {
          if (missing) {
            model::ApplyMissing(start.fetch.time, &state);
          } else {
            model::ApplyFetch(std::move(fetched->client), start.fetch.time, &state);
          }
          RETURN_IF_ERROR(model::StoreLinkState(environment, transaction, state));
        }
        ASSIGN_OR_RETURN(
            diff, FindDiffBytes(transaction, DiffName(FirmOf(link_name), LastId(link_name))));
        RETURN_IF_ERROR(record ? record(transaction, diff) : absl::OkStatus());
        return Failpoint("refresh.in_store");
      }));
  return diff;
}

}  // namespace profilesync::sync
