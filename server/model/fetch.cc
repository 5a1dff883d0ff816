#include "server/model/fetch.h"

#include <utility>

#include "common/proto_time.h"
#include "server/model/new_link.h"
#include "server/model/snapshot.h"

namespace profilesync::model {
namespace {

// What was saved while the fetch went on it can't have shown.
void TakeDueMark(absl::Time fetch_start, LinkState* state) {
  if (state->link.refresh_due < fetch_start) {
    state->link.refresh_due = absl::InfinitePast();
  }
}

}  // namespace

bool MayStore(const LinkState& state, const FetchStart& start, absl::Time now) {
  // A time that is still to come is of a clock that was set back since: it tells nothing.
  const absl::Time stored =
      state.snapshot ? FromProto(state.snapshot->fetch_start_time()) : absl::InfinitePast();
  const bool later_stored = stored > start.time && stored <= now;
  return state.link.write_sequence == start.write_sequence && !state.unfinished && !later_stored;
}

void ApplyFetch(type::PracticeClient client, absl::Time fetch_start, LinkState* state) {
  v1::Link& link = state->link.link;
  link.set_practice_client_display_name(client.display_name());
  link.set_state(LinkStateOf(client.state()));
  state->snapshot = MergeSnapshot(state->snapshot, std::move(client), fetch_start);
  link.set_practice_client_uri(state->snapshot->client().web_uri());
  TakeDueMark(fetch_start, state);
}

void ApplyMissing(absl::Time fetch_start, LinkState* state) {
  state->link.link.set_state(v1::Link::MISSING);
  TakeDueMark(fetch_start, state);
}

}  // namespace profilesync::model
