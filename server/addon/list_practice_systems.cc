#include "server/addon/list_practice_systems.h"

#include <algorithm>
#include <string>
#include <vector>

#include "common/status.h"
#include "server/access/page_token.h"
#include "server/addon/practice_system.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::addon {

absl::StatusOr<v1::ListPracticeSystemsResponse> ListPracticeSystems(
    const Environment& environment, const access::Call& call,
    const v1::ListPracticeSystemsRequest& request, const store::Reader& /*reader*/) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  ASSIGN_OR_RETURN(const std::string after,
                   verb::TakePosition(environment, call, request, violations));
  std::vector<std::string> ids = environment.connectors.Ids();
  ids.erase(ids.begin(), std::upper_bound(ids.begin(), ids.end(), after));
  v1::ListPracticeSystemsResponse response;
  if (const std::string* last = verb::CutToPage(&ids, page_size)) {
    response.set_next_page_token(environment.page_tokens.Give(call, request, *last));
  }
  for (const std::string& id : ids) {
    *response.add_practice_systems() = ToPracticeSystem(id, *environment.connectors.Find(id));
  }
  return response;
}

}  // namespace profilesync::addon
