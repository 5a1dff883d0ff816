#pragma once

#include <optional>
#include <string_view>

#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/model/link_state.h"
#include "server/store/records.h"
#include "server/sync/sync_plan.h"

// Plans that follow from what an operation has in its journal.
namespace profilesync::sync {

// That of an operation of unknown outcome, of which nothing but the pushes is left to be done;
// nullopt where the journal has a field that there isn't.
std::optional<SyncPlan> ResumedPlan(const storage::v1::SyncJournal& journal,
                                    const v1::SyncOperation& operation);

// What undoes `original` on the two sides as they are in `state`: every field that it wrote gets
// its value back, a blank one included, and its base. One that has been changed since has MOVED;
// one that can't be written back, or that a rule forbids to write, is REFUSED.
SyncPlan RevertingPlan(const store::SyncOperationRow& original, const model::LinkState& state,
                       std::string_view etag_key);

}  // namespace profilesync::sync
