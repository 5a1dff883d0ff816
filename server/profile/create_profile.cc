#include "server/profile/create_profile.h"

#include <string>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/save_profile.h"
#include "server/profile/new_profile.h"
#include "server/verb/find.h"

namespace profilesync::profile {

absl::StatusOr<v1::Profile> CreateProfile(const Environment& environment, const access::Call& call,
                                          const v1::CreateProfileRequest& request,
                                          store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const v1::Firm firm, verb::FindFirm(transaction, request.parent()));
  Violations violations;
  const v1::Profile profile = NewProfile(environment, firm, request, "", &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return StoreNewProfile(environment, call, firm, profile, transaction);
}

}  // namespace profilesync::profile
