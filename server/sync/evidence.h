#pragma once

#include "profilesync/type/practice_client.pb.h"
#include "server/model/link_state.h"
#include "server/sync/sync_plan.h"

namespace profilesync::sync {

// What a read of a practice client tells about a write of which nobody knows whether it was
// applied.
enum class Evidence {
  kNone,        // nothing, or a value that is neither the one before nor the one wanted
  kApplied,     // all that can be read is as wanted, and some of it wasn't before
  kNotApplied,  // all that was to change is as before
};

// Of the plan's pushes. A masked field and one that was as wanted before tell nothing.
Evidence EvidenceIn(const type::PracticeClient& client, const SyncPlan& plan,
                    const model::LinkState& state);

// Whether a read could be evidence: one of the pushes is of a field that can be read, and changes
// it.
bool IsShowable(const SyncPlan& plan, const model::LinkState& state);

}  // namespace profilesync::sync
