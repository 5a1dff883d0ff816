#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/sync/evidence.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

// What is known of a write after it was made and, where its answer left something open, read back
// once.
struct PushResult {
  connector::UpdateResult::Outcome outcome = connector::UpdateResult::Outcome::kUnclear;
  absl::Status status;                            // what was wrong with the write's answer
  bool taken = false;                             // kUnclear: it was taken, but isn't shown yet
  std::optional<connector::FetchedClient> after;  // the client as it is now, where that is known
  absl::Time read_time;                           // when the read that `after` is from started
  std::vector<connector::OtherChange> other_changes;
};

// One write to a practice client, and what a read of the client tells about it.
struct ClientWrite {
  std::function<connector::UpdateResult(const connector::CallOptions&)> send;
  // What the client tells about the write. A client that shows nothing is no evidence.
  std::function<Evidence(const connector::FetchedClient&)> evidence;
  // Whether there is something of it that a read can show.
  bool showable = true;
  // What the write changed though it wasn't to.
  std::function<std::vector<connector::OtherChange>(const connector::FetchedClient&)> other_changes;
  // Whether the write's answer is to be held against a read: it tells of harm.
  std::function<bool(const connector::UpdateResult&)> doubtful;
};

// Whether the answer to a write says that something lost its value, or no longer has it, that
// wasn't `asked` for. What an answer leaves out may only be left out.
bool TellsOfHarm(const std::set<std::string>& asked, const connector::FetchedClient& expected,
                 const connector::UpdateResult& written);

// Sends the write once, and never again, and reads the client back where its answer isn't clear or
// is doubtful. Blocks; runs on the server's own time-outs, and is over by `lease_expiry`: a write
// that can't be is not sent, for somebody else may own the operation then.
PushResult SendOnce(const Environment& environment, connector::Connector& connector,
                    const model::LinkState& state, const ClientWrite& write,
                    absl::Time lease_expiry);

// What the plan's pushes ask of the connector.
connector::UpdateRequest ToUpdate(const SyncPlan& plan, const connector::FetchedClient& expected);

// SendOnce of the plan's TO_PRACTICE fields, under the link's lease of that fence and expiry.
// `expected` is the client as fetched right before. Not sent where the lease was lost, or the
// add-on's writes were suspended, while it waited for its turn.
PushResult Push(const Environment& environment, connector::Connector& connector,
                const model::LinkState& state, const SyncPlan& plan,
                const connector::FetchedClient& expected, std::int64_t fence,
                absl::Time lease_expiry);

}  // namespace profilesync::sync
