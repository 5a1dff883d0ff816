#include "server/profile/get_profile.h"

#include <utility>

#include "common/status.h"
#include "server/model/save_profile.h"
#include "server/verb/find.h"

namespace profilesync::profile {

absl::StatusOr<v1::Profile> GetProfile(const Environment& /*environment*/,
                                       const access::Call& /*call*/,
                                       const v1::GetProfileRequest& request,
                                       const store::Reader& reader) {
  ASSIGN_OR_RETURN(store::ProfileRow row, verb::FindProfile(reader, request.name()));
  return model::Shown(std::move(row.profile));
}

}  // namespace profilesync::profile
