#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/mutex.h"
#include "server/store/seal.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/health.h"
#include "server/store/store.h"

namespace profilesync::store {

struct WriterOptions {
  int max_queued = 0;  // writes that may wait
  int max_group = 0;   // writes that are committed together
  absl::Duration busy_timeout;
  absl::Duration probe_interval;  // between attempts to write while the store can't
};

// The one thread that writes. It commits what waits as one group, so that many writes share one
// fsync; within the group each has a savepoint of its own. Thread-safe.
class Writer {
 public:
  // The sealer and the health outlive the writer. `wal_grew` is called on the writer's thread after
  // a commit, with the size of the write-ahead log in bytes.
  Writer(std::unique_ptr<Connection> connection, const WriterOptions& options, const Sealer& sealer,
         HealthState& health, std::function<void(std::int64_t)> wal_grew);
  // Shuts down.
  ~Writer();

  // As Store::Write says. UNAVAILABLE (SHUTTING_DOWN) after Shutdown.
  void Write(Store::WriteBody body, Store::WriteDone done);

  // Asks for the write-ahead log to be emptied before the next group.
  void EmptyWal();

  // Refuses new writes, finishes those that wait and ends the thread. May be called again.
  void Shutdown();

 private:
  struct Unit {
    Store::WriteBody body;
    Store::WriteDone done;
    absl::Status status;
  };
  using Group = std::vector<Unit>;

  void Loop();
  // Waits for work; an empty group when there is none but a probe or the log to see to. False at
  // the end.
  bool NextGroup(Group& group);

  void Commit(Group& group);
  absl::Status RunGroup(Group& group);
  absl::Status RunUnit(Unit& unit);
  absl::Status RunBody(const Store::WriteBody& body);
  void Rollback();
  void Probe();
  void EmptyWalNow();
  static int WalGrew(void* writer, sqlite3* database, const char* name, int pages);

  const WriterOptions options_;
  const std::unique_ptr<Connection> connection_;  // the thread's alone once it runs
  const Sealer& sealer_;
  HealthState& health_;
  const std::function<void(std::int64_t)> wal_grew_;
  std::int64_t page_size_ = 0;

  Mutex mutex_;
  CondVar work_;
  std::deque<Unit> queue_ ABSL_GUARDED_BY(mutex_);
  bool shutting_down_ ABSL_GUARDED_BY(mutex_) = false;
  bool empty_wal_ ABSL_GUARDED_BY(mutex_) = false;

  Mutex joining_;
  std::thread thread_ ABSL_GUARDED_BY(joining_);
};

}  // namespace profilesync::store
