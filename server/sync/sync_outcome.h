#pragma once

#include <set>
#include <string>

#include "absl/status/status.h"
#include "server/environment.h"
#include "server/store/store.h"
#include "server/sync/push.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

// Writes the outcome of an operation whose intent is stored: results, profile half, base, snapshot,
// change log, history; all in the given transaction. `push` is nullptr when nothing was to be
// pushed. ABORTED when the operation's lease has passed to somebody else, who then decides it.
absl::Status StoreOutcome(const Environment& environment, const SyncPlan& plan,
                          const PushResult* push, store::SyncOperationRow* row,
                          store::Transaction& transaction);

// What becomes of one written field where the write as a whole decides it: NOT_APPLIED or UNKNOWN.
// True where the practice system took the write, and the field itself is to be looked at.
bool SetOutcomeOfAll(const PushResult& push, v1::FieldResult* result);

// The operation's error, of a write that wasn't taken or isn't known to be.
void SetError(const PushResult& push, v1::SyncOperation* operation);

// Records what a write changed besides the fields that were `asked` for, by the client before it
// and after.
void FindUnasked(const std::set<std::string>& asked, const type::PracticeClient& before,
                 const PushResult& push, v1::SyncOperation* operation);

}  // namespace profilesync::sync
