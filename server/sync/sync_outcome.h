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

// Whether the practice system emptied a field that was to be written, which had a value before.
bool IsEmptied(const v1::FieldResult& result);

// The names of the fields that a plan pushes.
std::set<std::string> PushedFields(const SyncPlan& plan);

// Notes the client as it is after a write, for a restore, and in the operation what is otherwise
// than it was before besides the fields that were `asked` for.
void NoteAfter(const std::set<std::string>& asked, const PushResult& push,
               store::SyncOperationRow* row);

}  // namespace profilesync::sync
