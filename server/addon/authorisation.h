#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/add_on.pb.h"
#include "server/access/call.h"
#include "server/connector/authoriser.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::addon {

inline constexpr std::size_t kLongestTenantId = 255;  // bytes

// What authorises the add-on. FAILED_PRECONDITION (UNSUPPORTED_BY_PRACTICE_SYSTEM) where the
// operator configured a token instead, or (ADD_ON_NOT_ACTIVE) no such practice system.
absl::StatusOr<connector::Authoriser*> RequireAuthoriser(const Environment& environment,
                                                         const v1::AddOn& add_on);

// That the add-on may be of the tenant: FAILED_PRECONDITION (ACCESS_DENIED) where the operator
// doesn't let the firm connect to it, ALREADY_EXISTS where another add-on of the firm has it.
absl::Status CheckTenant(const Environment& environment, const store::Reader& reader,
                         const v1::AddOn& add_on, const std::string& tenant_id);

// How long a person has to authorise an add-on.
inline constexpr absl::Duration kAuthorisationTime = absl::Minutes(10);

// Starts an authorisation of the add-on in place of any that is under way: sets its authorise_uri,
// and stores what the caller, and nobody else, will complete it with. The add-on's tokens stay.
absl::Status BeginAuthorisation(const Environment& environment, const access::Call& call,
                                const connector::Authoriser& authoriser, v1::AddOn* add_on,
                                store::Transaction& transaction);

}  // namespace profilesync::addon
