#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/seal.h"
#include "server/store/sqlite/checkpointer.h"
#include "server/store/sqlite/health.h"
#include "server/store/sqlite/reader_pool.h"
#include "server/store/sqlite/writer.h"
#include "server/store/store.h"

namespace profilesync::store {

struct SqliteOptions {
  std::string path;          // of the file; made when it isn't there
  Sealer* sealer = nullptr;  // must outlive the store
  int reader_connections = 16;
  int max_queued_writes = 4096;
  int max_group = 128;  // writes that are committed together; 1: each by itself
  absl::Duration busy_timeout = absl::Seconds(5);    // for the locks of other processes
  absl::Duration probe_interval = absl::Seconds(1);  // between attempts while it can't write
  absl::Duration stall_limit = absl::Seconds(10);    // for one group; then it isn't healthy
  absl::Duration checkpoint_interval = absl::Seconds(1);
  std::int64_t checkpoint_step_bytes = 4 << 20;  // see CheckpointOptions
  std::int64_t max_wal_bytes = 64 << 20;
};

// A store in one SQLite file, which several processes of one host may use. Thread-safe.
class SqliteStore final : public Store {
 public:
  // Opens the file, made and brought to the newest schema as needed; only its owner can use it.
  // INVALID_ARGUMENT for senseless options; FAILED_PRECONDITION for another program's or a newer
  // file, or one that was sealed with another key; UNAVAILABLE where it can't be used. The message
  // is for the operator and names the file.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(const SqliteOptions& options);

  // Whether Open would take the file, as far as its schema and key go, with errors as Open's.
  // Changes nothing that is stored; a server may be running on it. Where a rotation of its key was
  // broken off, which Open undoes first, nothing can be said: OK.
  static absl::Status Check(const std::string& path, const Sealer& sealer);

  // Finishes the writes that wait. No read may be running.
  ~SqliteStore() override;

  // Waits while all reader_connections are in use; a read inside a read may wait for ever.
  absl::Status Read(absl::FunctionRef<absl::Status(const Reader&)> body) override;
  void Write(WriteBody body, WriteDone done) override;
  // What the last read or write that the store failed said, until a write or a probe succeeds; that
  // the file is damaged, until it is opened anew; and UNAVAILABLE while one group of writes takes
  // longer than stall_limit.
  absl::Status Health() override;

  // 32 random bytes, the same for the database's whole life whatever key it is sealed with: keys
  // that must outlive the sealing key are derived from it.
  const std::string& master_secret() const { return master_secret_; }

  // Refuses new writes with UNAVAILABLE (SHUTTING_DOWN) and finishes those that wait. Reads go on.
  void Shutdown();

 private:
  explicit SqliteStore(const SqliteOptions& options) : health_(options.stall_limit) {}
  absl::Status Start(const SqliteOptions& options);

  HealthState health_;
  std::string master_secret_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::unique_ptr<Writer> writer_;
};

}  // namespace profilesync::store
