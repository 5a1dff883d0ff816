#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/mutex.h"
#include "server/store/seal.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/health.h"
#include "server/store/store.h"

namespace profilesync::store {

// The connections that reads use. Thread-safe; must outlive its reads.
class ReaderPool {
 public:
  // The sealer and the health outlive the pool. An error of Connection::Open.
  static absl::StatusOr<std::unique_ptr<ReaderPool>> Open(const std::string& path, int connections,
                                                          absl::Duration busy_timeout,
                                                          const Sealer& sealer,
                                                          HealthState& health);

  // Runs `body` in one read transaction on the caller's thread; waits while all connections are in
  // use.
  absl::Status Read(absl::FunctionRef<absl::Status(const Reader&)> body);

 private:
  ReaderPool(const Sealer& sealer, HealthState& health) : sealer_(sealer), health_(health) {}

  class Borrowed;
  std::unique_ptr<Connection> Take();
  void GiveBack(std::unique_ptr<Connection> connection);
  absl::Status ReadOn(Connection& connection, absl::FunctionRef<absl::Status(const Reader&)> body);

  const Sealer& sealer_;
  HealthState& health_;
  Mutex mutex_;
  CondVar given_back_;
  // The one used last is taken first: its page cache is warm.
  std::vector<std::unique_ptr<Connection>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace profilesync::store
