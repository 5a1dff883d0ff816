#pragma once

#include "absl/time/time.h"
#include "server/model/link_state.h"

namespace profilesync::model {

// Takes a fetched client over into a link's state: snapshot, name, page and what became of the
// client. A fetch that started no later than the last save leaves the refresh that the save asked
// for due.
void ApplyFetch(type::PracticeClient client, absl::Time fetch_start, LinkState* state);

}  // namespace profilesync::model
