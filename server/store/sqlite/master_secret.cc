#include "server/store/sqlite/master_secret.h"

#include <sodium.h>

namespace profilesync::store {
namespace {

constexpr std::size_t kSize = 32;
constexpr std::string_view kContext = "master secret";

std::string NewSecret() {
  std::string secret(kSize, '\0');
  randombytes_buf(secret.data(), secret.size());
  return secret;
}

}  // namespace

absl::StatusOr<std::string> MasterSecret(Connection& connection, const Sealer& sealer) {
  Query(connection, "INSERT OR IGNORE INTO meta (key, value) VALUES ('master_secret', ?)")
      .Blob(sealer.Seal(NewSecret(), kContext))
      .Run();
  absl::StatusOr<std::string> secret = FindMasterSecret(connection, sealer);
  return secret.ok() && secret->empty()
             ? absl::FailedPreconditionError("the database's own secret is missing")
             : secret;
}

absl::StatusOr<std::string> FindMasterSecret(Connection& connection, const Sealer& sealer) {
  Query stored(connection, "SELECT value FROM meta WHERE key = 'master_secret'");
  if (!stored.Step()) {
    return "";
  }
  absl::StatusOr<std::string> secret = sealer.Open(stored.Bytes(0), kContext);
  if (!secret.ok()) {
    return absl::FailedPreconditionError("the database was sealed with another key");
  }
  return secret;
}

absl::Status ReplaceMasterSecret(Connection& connection, const Sealer& sealer,
                                 std::string_view secret) {
  Query(connection, "UPDATE meta SET value = ? WHERE key = 'master_secret'")
      .Blob(sealer.Seal(secret, kContext))
      .Run();
  return connection.changes() == 1
             ? absl::OkStatus()
             : absl::FailedPreconditionError("the database's own secret is missing");
}

}  // namespace profilesync::store
