#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "profilesync/type/practice_client.pb.h"
#include "profilesync/v1/firm.pb.h"
#include "profilesync/v1/profile.pb.h"
#include "server/environment.h"

namespace profilesync::profile {

// The names of the firm's profiles that may be of the same client as a new one: those whose name is
// equal and that share an e-mail address, a phone, a company or business number, or a date of
// birth. All are compared by their normal forms. At most 20.
absl::StatusOr<std::vector<std::string>> PossibleDuplicates(const v1::Firm& firm,
                                                            const v1::Profile& profile,
                                                            const store::Reader& reader);

// Those of a practice system's clients that may be the profile's: as above, and not deleted. At
// most 20.
std::vector<type::PracticeClient> PossibleDuplicates(
    const v1::Firm& firm, const v1::Profile& profile,
    const std::vector<type::PracticeClient>& clients);

}  // namespace profilesync::profile
