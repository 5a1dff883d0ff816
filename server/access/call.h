#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "profilesync/config/v1/config.pb.h"
#include "server/access/firms.h"

namespace profilesync::access {

using Role = config::v1::Role;

// Who is calling, as found from the call's own metadata; never from its connection.
struct Caller {
  std::string service;
  std::string person;  // whom the service named as being behind the call, or ""
  Role role = config::v1::ROLE_UNSPECIFIED;
  // All firms, whatever `firms` holds: the service is an operator's, though the person behind the
  // call may have a lesser role.
  bool all_firms = false;
  Firms firms;

  bool MayReachAll() const { return all_firms || role == config::v1::OPERATOR; }
  bool MayReach(std::string_view firm) const { return MayReachAll() || firms.contains(firm); }
  // For records: "service" or "service/person".
  std::string Actor() const { return person.empty() ? service : service + "/" + person; }
};

// One call, as the verbs see it. Lives as long as the call; a copy may outlive it.
struct Call {
  Caller caller;
  std::string id;  // joins the log's lines and an INTERNAL error's text
  absl::Time now;  // when the call arrived, by the server's clock
  absl::Time deadline = absl::InfiniteFuture();
  // Whether the caller has hung up; empty: never. May be asked by any thread at any time, and says
  // false once the call has ended. A job that is to go on without its caller must reset it in its
  // copy, and `deadline` too: until the call ends they are still the caller's.
  std::function<bool()> cancelled;
};

// DEADLINE_EXCEEDED (DEADLINE_PASSED) or CANCELLED once nobody waits for the answer any more.
absl::Status CheckAlive(const Call& call, absl::Time now);

}  // namespace profilesync::access
