#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/connector/connector.h"
#include "server/environment.h"
#include "server/model/link_state.h"

namespace profilesync::sync {

// What a pass has done so far.
struct PassCounts {
  int read = 0;        // clients that the practice system listed
  int stored = 0;      // links whose client was another than stored
  int not_active = 0;  // links that turned archived, deleted or missing
};

struct PassOptions {
  bool full = false;  // all clients, and not only those that changed since the last pass
  budget::Priority priority = budget::Priority::kBackground;  // of the list itself
  // Called every so often; an error ends the pass.
  std::function<absl::Status(const PassCounts&)> progress = [](const PassCounts&) {
    return absl::OkStatus();
  };
};

// One refresh of all links of an add-on, by a list of its clients. Only one is under way for an
// add-on, among all processes on the store. Reads never undo writes: a row is not stored on a link
// that was written since shortly before the list began; such a one is due for a get, and the next
// pass asks for its client again.
//
// What was stored before an error stays; nothing is concluded from what an incomplete list lacks,
// and the next pass starts where this one did. Only a full pass concludes that a client is missing,
// and a get confirms each; one that lacks too many linked clients marks none of them and ends with
// TOO_MANY_MISSING. Used by one thread.
class ListPass {
 public:
  ListPass(const Environment& environment, std::string add_on, PassOptions options)
      : environment_(environment), add_on_name_(std::move(add_on)), options_(std::move(options)) {}

  // Blocks. Errors as SyncService.RefreshFirm's operation.
  absl::Status Run();
  const PassCounts& counts() const { return counts_; }

 private:
  // A link as it was before the list began.
  struct Known {
    std::string link_id;
    std::int64_t write_sequence = 0;
    bool due = false;
    bool gone = false;  // deleted or missing already
    bool busy = false;  // an operation is at work on it
    // What changed since then was listed by an earlier pass and not stored.
    std::optional<absl::Time> unstored_since;
    bool seen = false;
    bool unstored = false;  // by this pass either
  };

  absl::Status TakeLease();
  void GiveLeaseUp();
  absl::Status Load();
  void Remember(const store::LinkRow& row);
  // Since when to ask for changes: since the last pass, and for what that and those before left
  // unstored.
  absl::Time FindSince();
  absl::Status List();
  absl::Status Receive(type::PracticeClient client);
  absl::Status StoreBatch();
  absl::Status StoreClient(type::PracticeClient client, store::Transaction& transaction);
  // The link's state, or nullopt where nothing may be stored on it.
  absl::StatusOr<std::optional<model::LinkState>> Storable(const std::string& client_id,
                                                           store::Transaction& transaction) const;
  // Whether the client was written to so shortly before the list that it may not show it.
  absl::StatusOr<bool> JustWritten(const Known& known, const store::Reader& reader) const;
  absl::Status ConcludeMissing();
  absl::Status ConfirmMissing(const std::string& client_id);
  absl::Status MarkMissing(const std::string& client_id, store::Transaction& transaction);
  // That a full pass concluded nothing, so that the next one isn't made at once.
  void StoreAttempt();
  absl::Status Finish();
  // Whether this pass asked for all that is to be known of the client.
  bool AskedFor(const Known& known) const;
  absl::Status TakeMarksOff(store::Transaction& transaction);
  // What the next pass is to know.
  storage::v1::RefreshState NextState() const;

  const Environment& environment_;
  const std::string add_on_name_;
  const PassOptions options_;
  store::Lease lease_;
  v1::AddOn add_on_;
  connector::Connector* connector_ = nullptr;
  storage::v1::RefreshState state_;
  bool full_ = false;
  absl::Time since_;  // InfinitePast: all clients are asked for
  absl::Time start_;
  std::map<std::string, Known> known_;  // by the client's id
  std::vector<type::PracticeClient> batch_;
  PassCounts counts_;
};

}  // namespace profilesync::sync
