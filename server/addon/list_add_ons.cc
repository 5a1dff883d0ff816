#include "server/addon/list_add_ons.h"

#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/addon/call_budget.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::addon {

absl::StatusOr<v1::ListAddOnsResponse> ListAddOns(const Environment& environment,
                                                  const access::Call& call,
                                                  const v1::ListAddOnsRequest& request,
                                                  const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  ASSIGN_OR_RETURN(const std::string after,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());
  ASSIGN_OR_RETURN(std::vector<v1::AddOn> add_ons,
                   reader.ListAddOns(LastId(request.parent()), after, page_size + 1));
  v1::ListAddOnsResponse response;
  if (const v1::AddOn* last = verb::CutToPage(&add_ons, page_size)) {
    response.set_next_page_token(environment.page_tokens.Give(call, request, LastId(last->name())));
  }
  for (v1::AddOn& add_on : add_ons) {
    RETURN_IF_ERROR(ShowCallBudget(environment, reader, &add_on));
    *response.add_add_ons() = std::move(add_on);
  }
  return response;
}

}  // namespace profilesync::addon
