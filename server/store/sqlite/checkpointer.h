#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>

#include "absl/time/time.h"
#include "common/mutex.h"
#include "server/store/sqlite/connection.h"

namespace profilesync::store {

struct CheckpointOptions {
  absl::Duration interval;      // the longest that committed pages wait while nothing else happens
  std::int64_t step_bytes = 0;  // by how much the log grows from one checkpoint to the next
  std::int64_t max_wal_bytes = 0;  // from here on the log is emptied, at the cost of a short stop
};

// Moves committed pages from the write-ahead log into the database on a thread of its own, so that
// no commit pays for it. Thread-safe.
class Checkpointer {
 public:
  // `empty_wal` is called on the checkpointer's thread when the log has outgrown its limit.
  Checkpointer(std::unique_ptr<Connection> connection, const CheckpointOptions& options,
               std::function<void()> empty_wal);
  // Stops.
  ~Checkpointer();

  // Tells how large the log is after a commit, in bytes.
  void WalGrew(std::int64_t bytes);

  // Ends the thread. May be called again, by the same thread.
  void Stop();

 private:
  void Loop();
  // Waits until there is something to do; false at the end.
  bool Due(std::int64_t* wal_bytes);

  const CheckpointOptions options_;
  const std::unique_ptr<Connection> connection_;  // the thread's alone
  const std::function<void()> empty_wal_;

  Mutex mutex_;
  CondVar grown_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::int64_t wal_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t done_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // the log's size at the last checkpoint
  std::thread thread_;
};

}  // namespace profilesync::store
