#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "profilesync/storage/v1/records.pb.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/connector/connector.h"
#include "server/model/link_state.h"
#include "server/store/store.h"
#include "server/sync/evidence.h"
#include "server/sync/push.h"

namespace profilesync::sync {

// What restoring a practice client from an operation's images is to do. A value object.
class RestorePlan {
 public:
  // `original` is the journal of the operation that is to be undone, `now` the client as just
  // fetched. INTERNAL where an image can't be read any more.
  static absl::StatusOr<RestorePlan> Make(const model::LinkState& state,
                                          const storage::v1::SyncJournal& original,
                                          connector::FetchedClient now);

  bool HasWrite() const { return !Written().empty(); }
  // The names of what is to be written.
  std::set<std::string> Written() const;
  // Of these the ones that are to have a value.
  std::set<std::string> Wanted() const;
  const connector::RestoreRequest& request() const { return request_; }

  // The results as far as they are known before the write, with values as callers see them.
  std::vector<v1::FieldResult> Results() const;
  // What recovery and undo need.
  storage::v1::SyncJournal Journal(const model::LinkState& state) const;

  // What a read of the client tells of whether the write was applied.
  Evidence EvidenceIn(const model::LinkState& state, const connector::FetchedClient& client) const;
  // Whether the answer to the write doesn't show all of it.
  bool MissesIn(const model::LinkState& state,
                const std::optional<connector::FetchedClient>& answer) const;
  // Completes an operation's results by what became of the write.
  void Judge(const model::LinkState& state, const PushResult& push,
             v1::SyncOperation* operation) const;
  // Gives what was brought back the base that it had before the original operation.
  void RestoreBases(const storage::v1::SyncJournal& original, const v1::SyncOperation& operation,
                    std::string_view etag_key, model::LinkState* state) const;

 private:
  // What isn't as it was once `client` is what is there.
  std::vector<connector::RestoreItem> StillMissing(const model::LinkState& state,
                                                   const connector::FetchedClient& client) const;

  connector::RestoreRequest request_;
  std::vector<connector::RestoreItem> items_;
};

// As StoreOutcome, for a restore.
absl::Status StoreRestored(const Environment& environment, const storage::v1::SyncJournal& original,
                           const RestorePlan& plan, const PushResult& push,
                           store::SyncOperationRow* row, store::Transaction& transaction);

}  // namespace profilesync::sync
