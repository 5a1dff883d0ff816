#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "profilesync/v1/sync_operation.pb.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::sync {

// When a client is read whose write isn't known to be applied, counted from when the write was over
// for certain. XPM applies some writes after their call has ended.
struct ReadBackTimes {
  absl::Duration first = absl::Seconds(10);
  absl::Duration second = absl::Seconds(60);
};

// Whether the write is said to have been over only later than now: the clock has been set back
// since.
bool IsYetToCome(const storage::v1::SyncJournal& journal, absl::Time now);

// When the operation of unknown outcome is to be read back next. Where writes are shown later, that
// is every `times.second`.
absl::Time NextReadBack(const storage::v1::SyncJournal& journal, const ReadBackTimes& times);

// Reads the practice client of an operation of unknown outcome and records what that tells: applied
// where the client shows the write; not applied where two reads, the second `times.second` after
// the write, or once it would have to be shown, show what was there before, unless the practice
// system said that it took the write; else the operation NEEDS_ATTENTION. Nothing is ever
// written to the practice system. Nothing happens where the operation is no longer UNKNOWN.
// Errors: those of Connector::Get; ABORTED where somebody holds the link's lease; the store's.
absl::Status ReadBack(const Environment& environment, const std::string& operation,
                      const ReadBackTimes& times);

}  // namespace profilesync::sync
