#include "server/profile/list_profiles.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/model/save_profile.h"
#include "server/profile/profile_filter.h"
#include "server/verb/find.h"
#include "server/verb/paging.h"

namespace profilesync::profile {
namespace {

struct Ordering {
  store::ProfileOrder order = store::ProfileOrder::kName;
  bool descending = false;
};

Ordering ParseOrderBy(std::string_view text, Violations* violations) {
  constexpr std::string_view kDescending = " desc";
  Ordering ordering;
  if (text.empty()) {
    return ordering;
  }
  if (text.ends_with(kDescending)) {
    ordering.descending = true;
    text.remove_suffix(kDescending.size());
  }
  if (text == "display_name") {
    ordering.order = store::ProfileOrder::kDisplayName;
  } else if (text == "create_time") {
    ordering.order = store::ProfileOrder::kCreateTime;
  } else if (text == "update_time") {
    ordering.order = store::ProfileOrder::kUpdateTime;
  } else if (text != "name") {
    violations->Add("order_by", "must be name, display_name, create_time or update_time");
  }
  return ordering;
}

}  // namespace

absl::StatusOr<v1::ListProfilesResponse> ListProfiles(const Environment& environment,
                                                      const access::Call& call,
                                                      const v1::ListProfilesRequest& request,
                                                      const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const Ordering ordering = ParseOrderBy(request.order_by(), &violations);
  const ProfileFilter filter(request.filter(), &violations);
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());

  v1::ListProfilesResponse response;
  store::Cursor cursor = verb::FromPosition(position);
  // One more than the page, so that the last page is known to be the last.
  while (true) {
    ASSIGN_OR_RETURN(std::vector<store::ProfileRow> rows,
                     reader.ListProfiles(LastId(request.parent()), ordering.order,
                                         ordering.descending, cursor, page_size + 1));
    for (store::ProfileRow& row : rows) {
      if (!filter.Matches(row.profile)) {
        cursor = store::CursorOf(row, ordering.order);
        continue;
      }
      if (response.profiles_size() == page_size) {
        response.set_next_page_token(
            environment.page_tokens.Give(call, request, verb::ToPosition(cursor)));
        return response;
      }
      cursor = store::CursorOf(row, ordering.order);
      *response.add_profiles() = model::Shown(std::move(row.profile));
    }
    if (static_cast<int>(rows.size()) <= page_size) {
      return response;
    }
  }
}

}  // namespace profilesync::profile
