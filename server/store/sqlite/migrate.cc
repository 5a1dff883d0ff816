#include <string>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/status.h"
#include "server/store/sqlite/guard.h"
#include "server/store/sqlite/migrations.h"

namespace profilesync::store {
namespace {

constexpr std::int64_t kApplicationId = 0x50524653;  // "PRFS"

// Ends the transaction in which an exception or error left a step.
class RollbackUnlessDone {
 public:
  explicit RollbackUnlessDone(Connection& connection) : connection_(connection) {}
  ~RollbackUnlessDone() {
    if (connection_.in_transaction()) {
      Guard([this] {
        connection_.Execute("ROLLBACK");
        return absl::OkStatus();
      }).IgnoreError();
    }
  }

 private:
  Connection& connection_;
};

}  // namespace

absl::StatusOr<std::int64_t> SchemaVersion(Connection& connection, std::int64_t newest) {
  const std::int64_t application = connection.Value("PRAGMA application_id");
  const std::int64_t version = connection.Value("PRAGMA user_version");
  const bool empty = connection.Value("SELECT count(*) FROM sqlite_schema") == 0;
  if (application != kApplicationId && !(application == 0 && version == 0 && empty)) {
    return absl::FailedPreconditionError("the file is not a database of profilesync");
  }
  if (version > newest) {
    return absl::FailedPreconditionError(
        absl::StrCat("the database was written by a newer profilesync: its schema is version ",
                     version, ", this program knows versions up to ", newest));
  }
  return version;
}

absl::Status Migrate(Connection& connection, const std::vector<std::string>& steps) {
  return Guard([&]() -> absl::Status {
    const auto newest = static_cast<std::int64_t>(steps.size());
    ASSIGN_OR_RETURN(std::int64_t version, SchemaVersion(connection, newest));
    while (version < newest) {
      const RollbackUnlessDone rollback(connection);
      connection.Execute("BEGIN IMMEDIATE");
      // Another process may have taken the step while this one waited for the lock.
      ASSIGN_OR_RETURN(version, SchemaVersion(connection, newest));
      if (version < newest) {
        connection.Execute(steps[static_cast<std::size_t>(version)]);
        ++version;
        connection.Execute(absl::StrCat("PRAGMA user_version = ", version));
        connection.Execute(absl::StrCat("PRAGMA application_id = ", kApplicationId));
      }
      RETURN_IF_ERROR(Failpoint("store.in_migration"));
      connection.Execute("COMMIT");
    }
    return absl::OkStatus();
  });
}

}  // namespace profilesync::store
