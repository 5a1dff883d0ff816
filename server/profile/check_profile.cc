#include "server/profile/check_profile.h"

#include <string>

#include "common/country.h"
#include "common/validate_fields.h"

namespace profilesync::profile {

void CheckProfile(const v1::Firm& firm, const v1::Profile& profile,
                  const std::vector<std::string>& changed, std::string_view path,
                  Violations* violations) {
  const std::string prefix(path);
  if (!type::PartyKind_IsValid(profile.kind())) {
    violations->Add(prefix + ".kind", "is not a kind of party");
  }
  const bool has_country = !profile.region_code().empty();
  if (has_country && !Countries::Get().IsCode(profile.region_code())) {
    violations->Add(prefix + ".region_code", "must be an ISO 3166-1 alpha-2 code, such as NZ");
  }
  if (IsBlank(profile.fields().name())) {
    violations->Add(prefix + ".fields.name", "must not be blank");
  }
  std::vector<const Field*> fields;
  for (const std::string& name : changed) {
    if (const Field* field = Catalogue::Get().Find(name)) {
      fields.push_back(field);
    }
  }
  ValidateFields(profile.fields(), fields, has_country ? profile.region_code() : firm.region_code(),
                 prefix + ".fields", violations);
}

}  // namespace profilesync::profile
