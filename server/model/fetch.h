#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "server/model/link_state.h"

namespace profilesync::model {

// What is noted when a fetch starts, by which is told at its end whether it may still be stored.
struct FetchStart {
  absl::Time time;
  std::int64_t write_sequence = 0;  // the link's
};

// Whether a fetch that began as `start` may be stored on what the link is now: no operation wrote
// the client since or is about to, the link wasn't made anew, and no later fetch is stored. Reads
// never undo writes.
bool MayStore(const LinkState& state, const FetchStart& start, absl::Time now);

// Takes a fetched client over into a link's state: snapshot, name, page and what became of the
// client. A fetch that started no later than the last save leaves the refresh that the save asked
// for due.
void ApplyFetch(type::PracticeClient client, absl::Time fetch_start, LinkState* state);

// As ApplyFetch, of a client that the practice system says it doesn't have.
void ApplyMissing(absl::Time fetch_start, LinkState* state);

}  // namespace profilesync::model
