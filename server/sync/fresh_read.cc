#include "server/sync/fresh_read.h"

#include "common/error.h"
#include "common/status.h"

namespace profilesync::sync {

absl::Status SetCallsAside(const Environment& environment, connector::Tenant* tenant) {
  constexpr int kCalls = 3;
  constexpr absl::Duration kLongestSync = absl::Minutes(3);
  if (tenant->budget != nullptr) {
    ASSIGN_OR_RETURN(tenant->budget,
                     tenant->budget->SetAside(kCalls, environment.clock.Now() + kLongestSync));
  }
  return absl::OkStatus();
}

absl::StatusOr<connector::FetchedClient> ReadAnew(const Environment& environment,
                                                  const access::Call& call,
                                                  const model::LinkState& state) {
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, state.add_on));
  const std::string& client = state.link.link.practice_client_id();
  auto fetched = connector->Get(state.tenant, client, {.deadline = call.deadline});
  if (ReasonOf(fetched.status()) == v1::PRACTICE_CLIENT_NOT_FOUND) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                     "the practice system no longer has client " + client,
                     {{"practice_client_id", client}});
  }
  return fetched;
}

absl::Status Overtaken(const std::string& link) {
  return WithRetryAfter(
      MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                "the practice client is being refreshed at the same time, again and again",
                {{"resource", link}}),
      absl::Seconds(1));
}

}  // namespace profilesync::sync
