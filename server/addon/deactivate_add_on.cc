#include "server/addon/deactivate_add_on.h"

#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/unfinished.h"
#include "server/model/save_add_on.h"
#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> DeactivateAddOn(const Environment& environment, const access::Call& call,
                                          const v1::DeactivateAddOnRequest& request,
                                          store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(transaction, request.name()));
  if (add_on.state() == v1::AddOn::DEACTIVATED) {
    return add_on;
  }
  RETURN_IF_ERROR(CheckNoneRunning(transaction, add_on.name()));
  RETURN_IF_ERROR(transaction.DeleteCredentials(FirmOf(add_on.name()), LastId(add_on.name())));
  add_on.set_state(v1::AddOn::DEACTIVATED);
  add_on.clear_authorise_uri();
  return model::SaveAddOn(environment, call.now, std::move(add_on), /*resourced=*/{}, transaction);
}

}  // namespace profilesync::addon
