#include "server/store/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <utility>

#include "common/failpoint.h"
#include "common/log.h"
namespace profilesync::store {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection, const CheckpointOptions& options,
                           std::function<void()> empty_wal)
    : options_(options),
      connection_(std::move(connection)),
      empty_wal_(std::move(empty_wal)),
      thread_([this] { Loop(); }) {}

Checkpointer::~Checkpointer() { Stop(); }

void Checkpointer::WalGrew(std::int64_t bytes) {
  bool due = false;
  {
    MutexLock lock(&mutex_);
    if (bytes < wal_bytes_) {
      done_bytes_ = 0;  // the log was begun anew
    }
    wal_bytes_ = bytes;
    due = wal_bytes_ - done_bytes_ >= options_.step_bytes;
  }
  if (due) {
    grown_.NotifyOne();
  }
}

void Checkpointer::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  grown_.NotifyOne();
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool Checkpointer::Due(std::int64_t* wal_bytes) {
  MutexLock lock(&mutex_);
  while (!stopping_ && wal_bytes_ - done_bytes_ < options_.step_bytes) {
    if (!grown_.WaitFor(&mutex_, options_.interval) && wal_bytes_ > done_bytes_) {
      break;
    }
  }
  *wal_bytes = wal_bytes_;
  done_bytes_ = wal_bytes_;
  return !stopping_;
}

void Checkpointer::Loop() {
  std::int64_t wal_bytes = 0;
  while (Due(&wal_bytes)) {
    Failpoint("store.before_checkpoint").IgnoreError();
    // BUSY means that another process is at it; what stays behind waits for the next time.
    const int result = sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr,
                                                 SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (result != SQLITE_OK && result != SQLITE_BUSY) {
      LogError("store: a checkpoint failed: ", sqlite3_errmsg(connection_->handle()));
    }
    Failpoint("store.after_checkpoint").IgnoreError();
    if (wal_bytes >= options_.max_wal_bytes) {
      empty_wal_();
    }
  }
}

}  // namespace profilesync::store
