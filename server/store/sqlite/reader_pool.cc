#include "server/store/sqlite/reader_pool.h"

#include <utility>

#include "common/status.h"
#include "server/store/sqlite/guard.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

// A transaction that ends whatever the body does. It only read, so there is nothing to keep.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) {
    connection_.Run("BEGIN");
  }
  ~ReadTransaction() {
    if (connection_.in_transaction()) {
      Guard([this] {
        connection_.Run("COMMIT");
        return absl::OkStatus();
      }).IgnoreError();
    }
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

// One connection, for the time of one read.
class ReaderPool::Borrowed {
 public:
  explicit Borrowed(ReaderPool& pool) : pool_(pool), connection_(pool.Take()) {}
  ~Borrowed() { pool_.GiveBack(std::move(connection_)); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  Connection& connection() { return *connection_; }

 private:
  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
};

absl::StatusOr<std::unique_ptr<ReaderPool>> ReaderPool::Open(const std::string& path,
                                                             int connections,
                                                             absl::Duration busy_timeout,
                                                             const Sealer& sealer,
                                                             HealthState& health) {
  auto pool = std::unique_ptr<ReaderPool>(new ReaderPool(sealer, health));
  for (int i = 0; i < connections; ++i) {
    ASSIGN_OR_RETURN(auto connection, Connection::Open(path, Connection::Use::kRead, busy_timeout));
    pool->GiveBack(std::move(connection));
  }
  return pool;
}

std::unique_ptr<Connection> ReaderPool::Take() {
  MutexLock lock(&mutex_);
  while (free_.empty()) {
    given_back_.Wait(&mutex_);
  }
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  {
    MutexLock lock(&mutex_);
    free_.push_back(std::move(connection));
  }
  given_back_.NotifyOne();
}

absl::Status ReaderPool::Read(absl::FunctionRef<absl::Status(const Reader&)> body) {
  Borrowed borrowed(*this);
  return ReadOn(borrowed.connection(), body);
}

absl::Status ReaderPool::ReadOn(Connection& connection,
                                absl::FunctionRef<absl::Status(const Reader&)> body) {
  const Session session(connection, sealer_);
  bool began = false;
  const absl::Status status = Guard([&] {
    const ReadTransaction transaction(connection);
    began = true;
    return body(session);
  });
  // Only what the database said counts; a body may return UNAVAILABLE for reasons of its own.
  const absl::Status& failure = began ? session.failure() : status;
  if (absl::IsUnavailable(failure)) {
    health_.Failed(SV(failure.message()));
  }
  return status;
}

}  // namespace profilesync::store
