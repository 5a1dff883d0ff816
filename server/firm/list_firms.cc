#include "server/firm/list_firms.h"

#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/paging.h"

namespace profilesync::firm {
namespace {

// The firms of `caller` behind `after`, `limit` at most.
store::Listed<v1::Firm> FirmsOf(const access::Caller& caller, std::string_view after, int limit,
                                const store::Reader& reader) {
  if (caller.MayReachAll()) {
    return reader.ListFirms(after, limit);
  }
  std::vector<v1::Firm> firms;
  for (auto id = caller.firms.upper_bound(after);
       id != caller.firms.end() && static_cast<int>(firms.size()) < limit; ++id) {
    ASSIGN_OR_RETURN(auto firm, reader.FindFirm(*id));
    if (firm) {
      firms.push_back(*std::move(firm));
    }
  }
  return firms;
}

}  // namespace

absl::StatusOr<v1::ListFirmsResponse> ListFirms(const Environment& environment,
                                                const access::Call& call,
                                                const v1::ListFirmsRequest& request,
                                                const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  ASSIGN_OR_RETURN(const std::string after,
                   verb::TakePosition(environment, call, request, violations));

  // One more than the page holds tells whether there is a next one.
  ASSIGN_OR_RETURN(auto firms, FirmsOf(call.caller, after, page_size + 1, reader));
  v1::ListFirmsResponse response;
  if (static_cast<int>(firms.size()) > page_size) {
    firms.resize(page_size);
    response.set_next_page_token(
        environment.page_tokens.Give(call, request, LastId(firms.back().name())));
  }
  for (v1::Firm& firm : firms) {
    *response.add_firms() = std::move(firm);
  }
  return response;
}

}  // namespace profilesync::firm
