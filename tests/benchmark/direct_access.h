#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "server/app/config.h"
#include "server/app/practice_systems.h"
#include "server/budget/budgets.h"
#include "server/store/sqlite/sqlite_store.h"

namespace profilesync::benchmark {

// What a server works with, its practice system and its database, used beside it. Thread-safe.
class DirectAccess {
 public:
  // Of a server that has been started with `config`.
  static absl::StatusOr<std::unique_ptr<DirectAccess>> Open(const app::Config& config);

  connector::Registry& connectors() { return *connectors_; }
  connector::Connector& xpm() { return *connectors_->Find("xpm"); }
  store::Store& store() { return *store_; }

  // The tenant for one write, whose calls are counted as the server counts those of a sync.
  absl::StatusOr<connector::Tenant> Counted(const std::string& tenant_id);

  // The two writes of a sync, without anything that makes it safe. A phone number is set that is
  // not there yet; `profile` is a name.

  // Reads the client and writes it, as a write needs what was read.
  absl::Status WriteClient(const connector::Tenant& tenant, const std::string& client_id,
                           const std::string& phone);
  // One row, committed.
  absl::Status WriteProfile(const std::string& profile, const std::string& phone);

 private:
  DirectAccess() = default;

  const SystemClock clock_;
  std::unique_ptr<app::PracticeSystems> connectors_;
  std::unique_ptr<store::Sealer> sealer_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<budget::Budgets> budgets_;
};

}  // namespace profilesync::benchmark
