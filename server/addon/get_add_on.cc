#include "server/addon/get_add_on.h"

#include "common/status.h"
#include "server/addon/call_budget.h"
#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> GetAddOn(const Environment& environment, const access::Call& /*call*/,
                                   const v1::GetAddOnRequest& request,
                                   const store::Reader& reader) {
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(reader, request.name()));
  RETURN_IF_ERROR(ShowCallBudget(environment, reader, &add_on));
  return add_on;
}

}  // namespace profilesync::addon
