#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/seal.h"
#include "server/store/sqlite/connection.h"

namespace profilesync::store {

// 32 random bytes that the database keeps for its whole life, sealed: what keys that must outlive
// the sealing key are derived from. By it a wrong sealing key is found out before anything is
// sealed with it. Made where there is none. FAILED_PRECONDITION where it was sealed with another
// key. Throws as SQLiteCpp does.
absl::StatusOr<std::string> MasterSecret(Connection& connection, const Sealer& sealer);

// The one that is there already, or "". FAILED_PRECONDITION and throws likewise.
absl::StatusOr<std::string> FindMasterSecret(Connection& connection, const Sealer& sealer);

// Seals it anew.
absl::Status ReplaceMasterSecret(Connection& connection, const Sealer& sealer,
                                 std::string_view secret);

}  // namespace profilesync::store
