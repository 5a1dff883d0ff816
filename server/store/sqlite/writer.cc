#include "server/store/sqlite/writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/status.h"
#include "server/store/sqlite/guard.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

constexpr absl::Duration kBusyRetryDelay = absl::Milliseconds(100);
// How long the log's emptying may wait for readers of old pages before it is put off.
constexpr absl::Duration kEmptyWalPatience = absl::Milliseconds(20);

// Hands the status over: a copy would share what Abseil counts references of, and two threads would
// free it.
void Tell(const Store::WriteDone& done, absl::Status status) {
  try {
    done(std::move(status));
  } catch (const std::exception& error) {
    LogError("store: a write's callback threw: ", error.what());
  }
}

void SetBusyTimeout(Connection& connection, absl::Duration timeout) {
  sqlite3_busy_timeout(connection.handle(), static_cast<int>(absl::ToInt64Milliseconds(timeout)));
}

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, const WriterOptions& options,
               const Sealer& sealer, HealthState& health,
               std::function<void(std::int64_t)> wal_grew)
    : options_(options),
      connection_(std::move(connection)),
      sealer_(sealer),
      health_(health),
      wal_grew_(std::move(wal_grew)),
      page_size_(connection_->Value("PRAGMA page_size")) {
  sqlite3_wal_hook(connection_->handle(), &Writer::WalGrew, this);
  MutexLock lock(&joining_);
  thread_ = std::thread([this] { Loop(); });
}

Writer::~Writer() { Shutdown(); }

int Writer::WalGrew(void* writer, sqlite3*, const char*, int pages) {
  const auto* self = static_cast<const Writer*>(writer);
  self->wal_grew_(pages * self->page_size_);
  return SQLITE_OK;
}

void Writer::Write(Store::WriteBody body, Store::WriteDone done) {
  absl::Status refusal;
  {
    MutexLock lock(&mutex_);
    if (shutting_down_) {
      refusal = MakeError(absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN,
                          "the server is shutting down");
    } else if (queue_.size() >= static_cast<std::size_t>(options_.max_queued)) {
      refusal = WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, v1::SERVER_BUSY,
                                         "too many writes are waiting"),
                               kBusyRetryDelay);
    } else {
      queue_.push_back({std::move(body), std::move(done), absl::OkStatus()});
    }
  }
  if (refusal.ok()) {
    work_.NotifyOne();
  } else {
    Tell(done, std::move(refusal));
  }
}

void Writer::EmptyWal() {
  {
    MutexLock lock(&mutex_);
    empty_wal_ = true;
  }
  work_.NotifyOne();
}

void Writer::Shutdown() {
  {
    MutexLock lock(&mutex_);
    shutting_down_ = true;
  }
  work_.NotifyOne();
  MutexLock lock(&joining_);
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Writer::Loop() {
  Group group;
  while (NextGroup(group)) {
    const HealthState::Work work(health_);
    EmptyWalNow();
    if (group.empty()) {
      Probe();
    } else {
      Commit(group);
    }
    for (Unit& unit : group) {
      Tell(unit.done, std::move(unit.status));
    }
  }
}

bool Writer::NextGroup(Group& group) {
  group.clear();
  MutexLock lock(&mutex_);
  while (queue_.empty() && !shutting_down_ && !empty_wal_) {
    if (!work_.WaitFor(&mutex_, options_.probe_interval) && health_.may_recover()) {
      return true;
    }
  }
  const auto size = std::min(queue_.size(), static_cast<std::size_t>(options_.max_group));
  for (std::size_t i = 0; i < size; ++i) {
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !group.empty() || !shutting_down_;
}

void Writer::Commit(Group& group) {
  const absl::Status status = Guard([&] { return RunGroup(group); });
  if (status.ok()) {
    health_.Recovered();
    return;
  }
  Rollback();
  const std::string_view why =
      absl::IsUnavailable(status) ? SV(status.message()) : "the write couldn't be committed";
  health_.Failed(why);
  for (Unit& unit : group) {
    unit.status = StoreUnavailable(why);  // each its own, see Tell
  }
}

// OK once the group is committed: its units' statuses tell what became of each. Otherwise nothing
// of it is kept.
absl::Status Writer::RunGroup(Group& group) {
  connection_->Run("BEGIN IMMEDIATE");
  for (Unit& unit : group) {
    unit.status = RunUnit(unit);
    if (!connection_->in_transaction()) {
      // Some errors, such as a full disk, make SQLite give up the whole transaction.
      return unit.status.ok() ? StoreUnavailable("the store gave the transaction up") : unit.status;
    }
  }
  RETURN_IF_ERROR(Failpoint("store.before_commit"));
  connection_->Run("COMMIT");
  return Failpoint("store.after_commit");
}

absl::Status Writer::RunUnit(Unit& unit) {
  connection_->Run("SAVEPOINT unit");
  const absl::Status status = RunBody(unit.body);
  if (connection_->in_transaction()) {
    if (!status.ok()) {
      connection_->Run("ROLLBACK TO unit");
    }
    connection_->Run("RELEASE unit");
  }
  return status;
}

absl::Status Writer::RunBody(const Store::WriteBody& body) {
  Session session(*connection_, sealer_);
  absl::Status status;
  try {
    status = body(session);
  } catch (const std::exception& error) {
    LogError("store: a write's body threw: ", error.what());
    return MakeError(absl::StatusCode::kInternal, v1::INTERNAL_DEFECT, "the write failed");
  } catch (...) {
    LogError("store: a write's body threw");
    return MakeError(absl::StatusCode::kInternal, v1::INTERNAL_DEFECT, "the write failed");
  }
  return status.ok() ? session.failure() : status;
}

void Writer::Rollback() {
  if (connection_->in_transaction()) {
    Guard([this] {
      connection_->Run("ROLLBACK");
      return absl::OkStatus();
    }).IgnoreError();
  }
}

void Writer::Probe() {
  if (!health_.may_recover()) {
    return;
  }
  Group probe;
  Unit unit;
  unit.body = [this](Transaction&) {
    connection_->Run("UPDATE probe SET count = count + 1 WHERE id = 1");
    return absl::OkStatus();
  };
  probe.push_back(std::move(unit));
  Commit(probe);
}

void Writer::EmptyWalNow() {
  {
    MutexLock lock(&mutex_);
    if (!empty_wal_) {
      return;
    }
    empty_wal_ = false;
  }
  SetBusyTimeout(*connection_, kEmptyWalPatience);
  sqlite3_wal_checkpoint_v2(connection_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                            nullptr);
  SetBusyTimeout(*connection_, options_.busy_timeout);
}

}  // namespace profilesync::store
