#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/type/practice_client.pb.h"
#include "profilesync/v1/profile_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::profile {

// The profile that a practice client makes: its kind, and every value that can be read, as profiles
// hold them. Its name is left out.
v1::Profile ProfileOf(const v1::Firm& firm, const connector::Description& description,
                      const type::PracticeClient& client);

// Imports one fetched client in the given transaction: finds or makes its profile, and links the
// two if the add-on links such clients at once. What is wrong with the one client is in the result;
// the status is an error only when the store fails.
absl::StatusOr<v1::ImportResult> ImportClient(
    const Environment& environment, const access::Call& call, const v1::Firm& firm,
    const v1::AddOn& add_on, const v1::PracticeClientImport& wanted, bool allow_duplicates,
    const type::PracticeClient& client, absl::Time fetch_start, store::Transaction& transaction);

}  // namespace profilesync::profile
