#include "server/profile/list_profile_changes.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::profile {

absl::StatusOr<v1::ListProfileChangesResponse> ListProfileChanges(
    const Environment& environment, const access::Call& call,
    const v1::ListProfileChangesRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  if (request.start_revision() < 0) {
    violations.Add("start_revision", "must not be negative");
  }
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());
  std::int64_t start = std::max<std::int64_t>(request.start_revision(), 1);
  if (!position.empty()) {
    std::from_chars(position.data(), position.data() + position.size(), start);
  }
  const std::string_view firm_id = LastId(request.parent());
  ASSIGN_OR_RETURN(std::vector<v1::ProfileChange> changes,
                   reader.ListProfileChanges(firm_id, start, page_size + 1));
  v1::ListProfileChangesResponse response;
  ASSIGN_OR_RETURN(const std::int64_t latest, reader.LatestRevision(firm_id));
  response.set_latest_revision(latest);
  if (const auto* last = verb::CutToPage(&changes, page_size)) {
    response.set_next_page_token(
        environment.page_tokens.Give(call, request, std::to_string(last->revision() + 1)));
  }
  for (v1::ProfileChange& change : changes) {
    *response.add_profile_changes() = std::move(change);
  }
  return response;
}

}  // namespace profilesync::profile
