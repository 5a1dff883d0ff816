#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/access/call.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/sync/sync_intent.h"
#include "server/verb/request_id.h"

namespace profilesync::sync {

// Carries out an operation that goes by a plan: sets its calls aside, reads the client anew, stores
// the intent, pushes, stores what came of it. `state` is the link as the request was checked on.
// Until the intent is stored errors are the caller's; from then on the operation's state is the
// truth, and the answer is the operation. Blocks.
absl::StatusOr<v1::SyncOperation> RunOperation(const Environment& environment,
                                               const access::Call& call,
                                               const PlannedRequest& request,
                                               const verb::RequestId& request_id,
                                               model::LinkState state);

}  // namespace profilesync::sync
