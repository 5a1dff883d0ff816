#pragma once

#include <string_view>
#include <vector>

#include "common/catalogue.h"
#include "common/error.h"
#include "profilesync/v1/profile.pb.h"
#include "server/verb/filter.h"

namespace profilesync::profile {

// ListProfilesRequest.filter, checked. Immutable.
class ProfileFilter {
 public:
  // What is wrong is added to `violations`, after which the filter is of no use.
  ProfileFilter(std::string_view filter, Violations* violations);

  bool Matches(const v1::Profile& profile) const;

 private:
  struct Term {
    enum class Of { kKind, kCountry, kField } of;
    const Field* field = nullptr;
    type::PartyKind kind = type::PARTY_KIND_UNSPECIFIED;
    bool has = false;
    std::string folded;
  };

  static bool Matches(const Term& term, const v1::Profile& profile);

  std::vector<Term> terms_;
};

}  // namespace profilesync::profile
