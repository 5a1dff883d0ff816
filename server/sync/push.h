#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

// What is known of a push after it was made and, where its answer left that open, read back once.
struct PushResult {
  connector::UpdateResult::Outcome outcome = connector::UpdateResult::Outcome::kUnclear;
  absl::Status status;                        // what was wrong with the write's answer
  std::optional<type::PracticeClient> after;  // the client as it is now, where that is known
  absl::Time read_time;                       // when the read that `after` is from started
  std::vector<connector::OtherChange> other_changes;
};

// Writes the plan's TO_PRACTICE fields to the practice client, once, and never again. `expected` is
// the client as fetched right before. Blocks; runs on the server's own time-outs, and is over by
// `lease_expiry`: a write that can't be is not sent, for somebody else may own the operation then.
PushResult Push(const Environment& environment, connector::Connector& connector,
                const model::LinkState& state, const SyncPlan& plan,
                const connector::FetchedClient& expected, absl::Time lease_expiry);

}  // namespace profilesync::sync
