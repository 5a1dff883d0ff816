#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace profilesync::store {

struct Lease;

// The leases that keep the calls and processes on one store from doing a thing at the same time.
// Whoever does something outside the store that two mustn't do at once takes the lease in one
// write, and checks its fence in the write that stores what came of it: one who was too slow
// stores nothing.
//
// Order. Nobody waits for a lease: AcquireLease answers ABORTED where another holds it, so that no
// order can deadlock. Who needs several takes them in this one, the outer first:
//
//   LongOperation   a run of a long operation
//   Refresh         a list of an add-on's clients, in a run that refreshes a firm or by itself
//   Link, Export    a write to one practice client, by itself or in a run that applies suggestions
//   Credentials     a renewal of an add-on's tokens, by whoever calls the practice system
//
// A lease is longer than all that its holder may do under it, or renewed meanwhile, for who takes
// it over believes that to be done: what begins late is refused instead
// (connector::CallOptions.deadline).

// No lease is taken for as long. One that has more left is of a clock that has been set back since,
// and is not held.
inline constexpr absl::Duration kLongestLease = absl::Minutes(20);
bool IsHeld(const Lease& lease, absl::Time now);

// On a link, by its name: a sync, revert, restore, read-back or resolution.
std::string LinkLeaseKey(std::string_view link);
// The wait for a write's turn, the write and its read-back: server/sync/push.h.
inline constexpr absl::Duration kWriteLease = absl::Minutes(2);
// One read of a client, and the transaction after it.
inline constexpr absl::Duration kReadBackLease = absl::Minutes(1);
// What is taken and given up in one transaction, to raise the fence: by recovery, or when a person
// settles an operation. Whoever still works under the lease before it can store no outcome.
inline constexpr absl::Duration kMomentaryLease = absl::Seconds(1);

// On an export, by its sync operation's name: held for kWriteLease, as there is no link yet.
std::string ExportLeaseKey(std::string_view operation);

// On refreshing all of an add-on's links, by the add-on's name. Renewed with each batch of clients
// that is stored: longer than a list may be silent, with the usual time-outs.
std::string RefreshLeaseKey(std::string_view add_on);
inline constexpr absl::Duration kRefreshLease = absl::Minutes(15);
static_assert(kRefreshLease < kLongestLease && kWriteLease < kLongestLease);

// On an add-on's credentials, by the add-on's name: for as long as its authoriser may take
// (model::AuthoriserLeaseExpiry).
std::string CredentialsLeaseKey(std::string_view add_on);

// On a long operation's work, by the operation's name. A server that was killed is missed once it
// is over, so it is short, and whoever is at work renews it all the while.
std::string LongOperationLeaseKey(std::string_view operation);
inline constexpr absl::Duration kLongOperationLease = absl::Seconds(15);

}  // namespace profilesync::store
