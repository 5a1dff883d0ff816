#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/sqlite/connection.h"

namespace profilesync::store {

// The steps that make the schema: step N of migrations/*.sql leads from version N - 1 to N. A
// released step is never altered.
const std::vector<std::string>& Migrations();

// The schema's version, at most `newest`; FAILED_PRECONDITION where the file is another program's
// or of a newer version. Throws as SQLiteCpp does.
absl::StatusOr<std::int64_t> SchemaVersion(Connection& connection, std::int64_t newest);

// Brings the database to version `steps.size()`, each missing step in a transaction of its own; a
// step that fails leaves the version before it. FAILED_PRECONDITION, and nothing changed, when the
// file is another program's or of a newer version.
absl::Status Migrate(Connection& connection, const std::vector<std::string>& steps);

}  // namespace profilesync::store
