#include "server/profile/batch_create_profiles.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/profile/new_profile.h"
#include "server/verb/find.h"

namespace profilesync::profile {

absl::StatusOr<v1::BatchCreateProfilesResponse> BatchCreateProfiles(
    const Environment& environment, const access::Call& call,
    const v1::BatchCreateProfilesRequest& request, store::Transaction& transaction) {
  constexpr int kMost = 1000;
  ASSIGN_OR_RETURN(const v1::Firm firm, verb::FindFirm(transaction, request.parent()));
  Violations violations;
  if (request.requests().empty() || request.requests_size() > kMost) {
    violations.Add("requests", "must be 1 to 1,000");
    return violations.ToStatus();
  }
  std::vector<v1::Profile> profiles;
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::CreateProfileRequest& create = request.requests(i);
    const std::string prefix = absl::StrCat("requests[", i, "].");
    if (!create.parent().empty() && create.parent() != request.parent()) {
      violations.Add(prefix + "parent", "must be the parent of the batch, or left out");
    }
    profiles.push_back(NewProfile(environment, firm, create, prefix, &violations));
  }
  RETURN_IF_ERROR(violations.ToStatus());
  v1::BatchCreateProfilesResponse response;
  for (const v1::Profile& profile : profiles) {
    ASSIGN_OR_RETURN(*response.add_profiles(),
                     StoreNewProfile(environment, call, firm, profile, transaction));
  }
  return response;
}

}  // namespace profilesync::profile
