#include "server/link/create_link.h"

#include <optional>
#include <string>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/new_link.h"
#include "server/verb/check.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::link {
namespace {

// Where a call stands before the practice system is asked.
struct Start {
  std::optional<v1::Link> answered;  // by an earlier call with the same request_id
  v1::AddOn add_on;
};

absl::StatusOr<Start> Prepare(const Environment& environment, const v1::Link& link,
                              const verb::RequestId& request_id) {
  Start start;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(const auto recorded, request_id.Find(reader));
    if (recorded) {
      start.answered.emplace();
      start.answered->ParseFromString(recorded->answer);
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(verb::FindProfile(reader, link.profile()).status());
    ASSIGN_OR_RETURN(start.add_on, verb::FindActiveAddOn(reader, link.add_on()));
    return model::CheckNotLinked(reader, link.profile(), link.add_on(), link.practice_client_id());
  }));
  return start;
}

absl::StatusOr<type::PracticeClient> Fetch(const Environment& environment, const access::Call& call,
                                           const v1::AddOn& add_on, const std::string& client_id) {
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, add_on));
  ASSIGN_OR_RETURN(connector::FetchedClient fetched,
                   connector->Get(model::TenantOf(environment, add_on, budget::Priority::kPerson),
                                  client_id, {.deadline = call.deadline}));
  if (fetched.client.state() == type::PracticeClient::DELETED) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::PRACTICE_CLIENT_NOT_WRITABLE,
                     "practice client " + client_id + " is deleted in the practice system",
                     {{"practice_client_id", client_id}});
  }
  return std::move(fetched.client);
}

// Stores the link of what was fetched, unless an earlier call with the same request_id has. Only
// tried, and undone, for `validate_only`.
absl::StatusOr<v1::Link> Store(const Environment& environment, const access::Call& call,
                               const v1::AddOn& add_on, const model::NewLink& new_link,
                               bool validate_only, const verb::RequestId& request_id) {
  v1::Link link;
  const absl::Status stored =
      environment.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto recorded, request_id.Find(transaction));
        if (recorded) {
          link.ParseFromString(recorded->answer);
          return absl::OkStatus();
        }
        RETURN_IF_ERROR(verb::FindProfile(transaction, new_link.profile).status());
        RETURN_IF_ERROR(verb::CheckStillFetchedBy(add_on, transaction));
        ASSIGN_OR_RETURN(link, model::StoreNewLink(environment, call, new_link, transaction));
        RETURN_IF_ERROR(request_id.RecordAnswer(transaction, link));
        RETURN_IF_ERROR(Failpoint("link.in_store"));
        // An error undoes all of it; this one is caught below.
        return validate_only ? absl::CancelledError() : absl::OkStatus();
      });
  if (validate_only && absl::IsCancelled(stored)) {
    return link;
  }
  RETURN_IF_ERROR(stored);
  return link;
}

}  // namespace

void CheckCreateLink(const v1::CreateLinkRequest& request, Violations* violations) {
  verb::CheckId("link_id", request.link_id(), violations);
  verb::CheckText("link.practice_client_id", request.link().practice_client_id(),
                  verb::kLongestPracticeClientId,
                  /*required=*/true, violations);
}

absl::StatusOr<v1::Link> CreateLink(const Environment& environment, const access::Call& call,
                                    const v1::CreateLinkRequest& request) {
  Violations violations;
  CheckCreateLink(request, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  const std::string id = request.link_id().empty() ? environment.ids.NewId() : request.link_id();
  const verb::RequestId request_id(environment.etag_key, call, request);
  ASSIGN_OR_RETURN(const Start start, Prepare(environment, request.link(), request_id));
  if (start.answered) {
    return *start.answered;
  }
  const absl::Time fetch_start = environment.clock.Now();
  ASSIGN_OR_RETURN(const type::PracticeClient client,
                   Fetch(environment, call, start.add_on, request.link().practice_client_id()));
  RETURN_IF_ERROR(Failpoint("link.after_fetch"));
  RETURN_IF_ERROR(access::CheckAlive(call, environment.clock.Now()));
  const std::string name = LinkName(LastId(request.parent()), id);
  return Store(environment, call, start.add_on,
               {.link = name,
                .profile = request.link().profile(),
                .add_on = request.link().add_on(),
                .client = client,
                .fetch_start = fetch_start},
               request.validate_only(), request_id);
}

}  // namespace profilesync::link
