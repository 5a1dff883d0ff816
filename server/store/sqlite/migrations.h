#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/store/sqlite/connection.h"

namespace profilesync::store {

// The steps that make the schema: step N of migrations/*.sql leads from version N - 1 to N. A
// released step is never altered.
const std::vector<std::string>& Migrations();

// Brings the database to version `steps.size()`, each missing step in a transaction of its own; a
// step that fails leaves the version before it. FAILED_PRECONDITION, and nothing changed, when the
// file is another program's or of a newer version.
absl::Status Migrate(Connection& connection, const std::vector<std::string>& steps);

}  // namespace profilesync::store
