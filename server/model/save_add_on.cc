#include "server/model/save_add_on.h"

#include <string>
#include <utility>

#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/model/snapshot.h"
#include "server/verb/etag.h"

namespace profilesync::model {

namespace {

// The next list must be of all clients: one of changes wouldn't have those whose fields are to be
// read elsewhere.
absl::Status AskForAll(const std::string& add_on, store::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto state, transaction.FindRefreshState(FirmOf(add_on), LastId(add_on)));
  if (!state) {
    return absl::OkStatus();
  }
  state->clear_cursor_time();
  return transaction.PutRefreshState(FirmOf(add_on), LastId(add_on), *state);
}

}  // namespace

absl::StatusOr<v1::AddOn> SaveAddOn(const Environment& environment, absl::Time now,
                                    v1::AddOn add_on, const std::vector<const Field*>& resourced,
                                    store::Transaction& transaction) {
  *add_on.mutable_update_time() = ToProto(now);
  verb::SetEtag(environment.etag_key, &add_on);
  RETURN_IF_ERROR(transaction.PutAddOn(add_on));
  if (!resourced.empty()) {
    RETURN_IF_ERROR(AskForAll(add_on.name(), transaction));
  }
  RETURN_IF_ERROR(RestateLinks(environment, transaction, FirmOf(add_on.name()),
                               {.add_on_id = std::string(LastId(add_on.name()))},
                               [&](LinkState& state) {
                                 if (resourced.empty()) {
                                   return;
                                 }
                                 if (state.snapshot) {
                                   Forget(resourced, &*state.snapshot);
                                 }
                                 // A fetch that is under way reads the fields where they
                                 // were.
                                 ++state.link.write_sequence;
                                 if (state.link.refresh_due == absl::InfinitePast()) {
                                   state.link.refresh_due = now;
                                 }
                               }));
  return add_on;
}

}  // namespace profilesync::model
