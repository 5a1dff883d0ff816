#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/call.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/link_state.h"

// What an operation does at the practice system before its intent is stored.
namespace profilesync::sync {

// How often the client is read when refreshes that began later keep ending first.
inline constexpr int kMostReads = 3;

// An operation that writes the practice client has its get, its write and a read-back before it
// begins, so that it doesn't stop where nobody knows what became of the write.
absl::Status SetCallsAside(const Environment& environment, connector::Tenant* tenant);

// The practice client of the link now. Errors of Connector::Get; a client that is gone is
// FAILED_PRECONDITION (PRACTICE_CLIENT_NOT_WRITABLE).
absl::StatusOr<connector::FetchedClient> ReadAnew(const Environment& environment,
                                                  const access::Call& call,
                                                  const model::LinkState& state);

// ABORTED (CHANGED_SINCE_READ), with RetryInfo: other reads kept ending first.
absl::Status Overtaken(const std::string& link);

}  // namespace profilesync::sync
