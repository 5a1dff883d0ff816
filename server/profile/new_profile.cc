#include "server/profile/new_profile.h"

#include <string>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/save_profile.h"
#include "server/profile/check_profile.h"
#include "server/verb/check.h"
#include "server/verb/errors.h"

namespace profilesync::profile {

v1::Profile NewProfile(const Environment& environment, const v1::Firm& firm,
                       const v1::CreateProfileRequest& request, std::string_view prefix,
                       Violations* violations) {
  const std::string path(prefix);
  const std::string id =
      verb::ChooseId(path + "profile_id", request.profile_id(), environment.ids, violations);
  // Only what callers may set is taken over.
  v1::Profile profile;
  profile.set_name(ProfileName(LastId(firm.name()), id));
  profile.set_kind(request.profile().kind());
  profile.set_region_code(request.profile().region_code());
  *profile.mutable_fields() = request.profile().fields();
  CheckProfile(firm, profile, model::ChangedFields(v1::Profile::default_instance(), profile),
               path + "profile", violations);
  return profile;
}

absl::StatusOr<v1::Profile> StoreNewProfile(const Environment& environment,
                                            const access::Call& call, const v1::Firm& firm,
                                            const v1::Profile& profile,
                                            store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto existing,
                   transaction.FindProfile(LastId(firm.name()), LastId(profile.name())));
  if (existing) {
    return verb::AlreadyExists(profile.name());
  }
  ASSIGN_OR_RETURN(
      store::ProfileRow row,
      model::SaveProfile(
          environment, transaction, firm, std::nullopt, profile,
          {.source = v1::ProfileChange::PLATFORM, .actor = call.caller.Actor(), .now = call.now}));
  return model::Shown(std::move(row.profile));
}

}  // namespace profilesync::profile
