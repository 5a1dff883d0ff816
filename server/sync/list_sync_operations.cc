#include "server/sync/list_sync_operations.h"

#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/filter.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::sync {
namespace {

store::OperationFilter ParseWanted(const v1::ListSyncOperationsRequest& request,
                                   Violations* violations) {
  store::OperationFilter wanted;
  for (const verb::FilterTerm& term : verb::ParseFilter(request.filter(), violations)) {
    const bool own = FirmOf(term.value) == LastId(request.parent());
    v1::SyncOperation::State state = v1::SyncOperation::STATE_UNSPECIFIED;
    if (term.Is("profile") && own && ParseName(term.value, {"firms", "profiles"})) {
      wanted.profile_id = LastId(term.value);
    } else if (term.Is("link") && own && ParseName(term.value, {"firms", "links"})) {
      wanted.link_id = LastId(term.value);
    } else if (term.Is("state") && v1::SyncOperation::State_Parse(term.value, &state)) {
      wanted.state = state;
    } else {
      violations->Add("filter", verb::NotKnown(term, "profile, link and state"));
    }
  }
  return wanted;
}

}  // namespace

absl::StatusOr<v1::ListSyncOperationsResponse> ListSyncOperations(
    const Environment& environment, const access::Call& call,
    const v1::ListSyncOperationsRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const store::OperationFilter wanted = ParseWanted(request, &violations);
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());
  ASSIGN_OR_RETURN(std::vector<store::SyncOperationRow> rows,
                   reader.ListSyncOperations(LastId(request.parent()), wanted,
                                             verb::FromPosition(position), page_size + 1));
  v1::ListSyncOperationsResponse response;
  if (const store::SyncOperationRow* last = verb::CutToPage(&rows, page_size)) {
    response.set_next_page_token(
        environment.page_tokens.Give(call, request, verb::ToPosition(store::CursorOf(*last))));
  }
  for (store::SyncOperationRow& row : rows) {
    *response.add_sync_operations() = std::move(row.operation);
  }
  return response;
}

}  // namespace profilesync::sync
