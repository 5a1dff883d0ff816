#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/error.h"
#include "profilesync/type/practice_client.pb.h"

namespace profilesync::profile {

// ImportPracticeClientsRequest.filter, checked. Immutable.
class ClientFilter {
 public:
  // What is wrong is added to `violations`, after which the filter is of no use.
  ClientFilter(std::string_view filter, Violations* violations);

  // Deleted clients never match, archived ones only where the filter asks for them.
  bool Matches(const type::PracticeClient& client) const;
  // Clients that last changed earlier don't match; nullopt: whenever.
  std::optional<absl::Time> changed_since() const { return changed_since_; }

 private:
  std::optional<type::PartyKind> kind_;
  std::vector<std::string> name_parts_;  // folded
  std::optional<std::string> name_;      // folded
  std::optional<absl::Time> changed_since_;
  bool archived_ = false;
};

}  // namespace profilesync::profile
