#include "server/link/search_practice_clients.h"

#include <string>
#include <utility>

#include "common/error.h"
#include "common/mask.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/model/link_state.h"
#include "server/verb/check.h"
#include "server/verb/find.h"
#include "server/verb/paging.h"

namespace profilesync::link {
namespace {

constexpr int kLargestPage = 500;
constexpr std::size_t kLongestQuery = 255;  // bytes

absl::Status AddMatch(const store::Reader& reader, const std::string& add_on,
                      type::PracticeClient client, v1::SearchPracticeClientsResponse* response) {
  v1::PracticeClientMatch* match = response->add_practice_client_matches();
  ASSIGN_OR_RETURN(const auto linked,
                   reader.FindLinkOfClient(FirmOf(add_on), LastId(add_on), client.id()));
  if (linked) {
    match->set_link(linked->link.name());
  }
  *match->mutable_practice_client() = std::move(client);
  MaskSensitive(match->mutable_practice_client()->mutable_fields());
  return absl::OkStatus();
}

// Returns the size of the page.
int Check(const v1::SearchPracticeClientsRequest& request, Violations* violations) {
  verb::CheckText("query", request.query(), kLongestQuery, /*required=*/false, violations);
  return verb::PageSize(request.page_size(), violations, kLargestPage);
}

}  // namespace

void CheckSearchPracticeClients(const v1::SearchPracticeClientsRequest& request,
                                Violations* violations) {
  Check(request, violations);
}

absl::StatusOr<v1::SearchPracticeClientsResponse> SearchPracticeClients(
    const Environment& environment, const access::Call& call,
    const v1::SearchPracticeClientsRequest& request) {
  Violations violations;
  const int page_size = Check(request, &violations);
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  v1::AddOn add_on;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(add_on, verb::FindActiveAddOn(reader, request.parent()));
    return absl::OkStatus();
  }));
  ASSIGN_OR_RETURN(connector::Connector* const connector,
                   model::RequireConnector(environment, add_on));
  ASSIGN_OR_RETURN(
      connector::SearchResult found,
      connector->Search(model::TenantOf(environment, add_on, budget::Priority::kPerson),
                        request.query(), page_size, position, {.deadline = call.deadline}));
  v1::SearchPracticeClientsResponse response;
  response.set_truncated(found.truncated);
  if (!found.next_page_token.empty()) {
    response.set_next_page_token(
        environment.page_tokens.Give(call, request, found.next_page_token));
  }
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    for (type::PracticeClient& client : found.clients) {
      RETURN_IF_ERROR(AddMatch(reader, add_on.name(), std::move(client), &response));
    }
    return absl::OkStatus();
  }));
  return response;
}

}  // namespace profilesync::link
