#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/link_state.h"
#include "server/store/store.h"
#include "server/sync/evidence.h"
#include "server/sync/push.h"

namespace profilesync::sync {

// The write of an operation whose outcome isn't known, made anew from its journal: what reads tell
// of it, and how its outcome is stored once that is known.
class OpenWrite {
 public:
  virtual ~OpenWrite() = default;

  virtual Evidence EvidenceIn(const connector::FetchedClient& client) const = 0;
  // What the write changed besides, by the client as it is now.
  virtual std::vector<connector::OtherChange> OtherChanges(
      const connector::FetchedClient& client) const = 0;
  // Notes in `row` what `client` shows, and what nobody had asked to change of that: a field that
  // was to get a value and is blank among it.
  virtual void NoteAfter(const connector::FetchedClient& client,
                         store::SyncOperationRow* row) const = 0;
  // As StoreOutcome: all in the given transaction, under the operation's lease.
  virtual absl::Status Store(const Environment& environment, const PushResult& push,
                             store::SyncOperationRow* row,
                             store::Transaction& transaction) const = 0;
};

// That of `row`, an operation of `state`'s link that is UNKNOWN. FAILED_PRECONDITION where it can't
// be made out from what is stored: a later version of this server wrote it, or what it restores
// from is gone.
absl::StatusOr<std::unique_ptr<OpenWrite>> MakeOpenWrite(const store::Reader& reader,
                                                         const model::LinkState& state,
                                                         const store::SyncOperationRow& row);

}  // namespace profilesync::sync
