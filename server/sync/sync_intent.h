#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/access/call.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/fetch.h"
#include "server/model/link_state.h"
#include "server/store/store.h"
#include "server/sync/sync_plan.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {

// What an operation that goes by a plan is asked for.
struct PlannedRequest {
  v1::SyncOperation::Kind kind = v1::SyncOperation::SYNC;
  std::string original_operation;  // what it reverts, or ""
  std::string request_id;          // as the caller set it
  std::string long_operation;      // what it is a part of, or ""
  bool allow_partial = false;
  bool allow_stale = false;  // work from the snapshot while the practice system is away
  bool validate_only = false;
  bool may_push = false;  // whether the plan may have pushes
  // Plans on the two sides as they are in the state, whose snapshot has just been fetched.
  std::function<SyncPlan(const model::LinkState&)> plan;
};

// What an operation knows when it is about to store its intent.
struct IntentInput {
  const PlannedRequest& request;
  const verb::RequestId& request_id;
  std::string link;         // its name
  const v1::AddOn& add_on;  // as the client was asked for by it
  model::FetchStart start;  // of the fresh read
  // The fresh read; nullopt when it works from the snapshot (allow_stale).
  std::optional<connector::FetchedClient> fetched;
};

// What came of storing the intent. Exactly one holds: `answer` is set and nothing is left to do;
// `refusal` says why nothing was written; a fetch that began later is stored, so that the sync must
// read again; or the push is to be made.
struct Intent {
  std::optional<v1::SyncOperation> answer;
  absl::Status refusal;
  bool overtaken = false;
  // For the push:
  std::optional<SyncPlan> plan;
  model::LinkState state;
  store::SyncOperationRow row;
  absl::Time lease_expiry;  // until when nobody else takes the operation over
};

// Plans and checks on the state that the transaction sees, and stores the intent: the operation,
// the fresh snapshot, the link's lease. A plan without a push is carried out and its outcome stored
// in the same transaction. A refusal stores the fresh snapshot alone, so that the next diff shows
// what moved. With validate_only nothing is to be kept: the caller undoes the transaction.
absl::Status StoreIntent(const Environment& environment, const access::Call& call,
                         const IntentInput& input, store::Transaction& transaction, Intent* intent);

}  // namespace profilesync::sync
