#include "server/store/sqlite/rotate_key.h"

#include <sqlite3.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/store/sqlite/connection.h"
#include "server/store/sqlite/guard.h"
#include "server/store/sqlite/master_secret.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/session.h"

namespace profilesync::store {
namespace {

constexpr int kPage = 200;
constexpr absl::Duration kWaitForOthers = absl::Seconds(1);

// Reads with the old key what it writes with the new one. What each row seals is the session's
// affair, so that it is said in one place.
class Resealing {
 public:
  Resealing(Connection& connection, const Sealer& old, const Sealer& fresh)
      : from_(connection, old), to_(connection, fresh) {}

  absl::Status Run() {
    std::string after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<v1::Firm> firms, from_.ListFirms(after, kPage));
      for (const v1::Firm& firm : firms) {
        after = LastId(firm.name());
        RETURN_IF_ERROR(Firm(after));
      }
      if (firms.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }

 private:
  absl::Status Firm(const std::string& firm) {
    RETURN_IF_ERROR(Credentials(firm));
    RETURN_IF_ERROR(Profiles(firm));
    RETURN_IF_ERROR(Links(firm));
    return Operations(firm);
  }

  absl::Status Credentials(const std::string& firm) {
    std::string after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<v1::AddOn> add_ons, from_.ListAddOns(firm, after, kPage));
      for (const v1::AddOn& add_on : add_ons) {
        after = LastId(add_on.name());
        ASSIGN_OR_RETURN(const auto credentials, from_.FindCredentials(firm, after));
        if (credentials) {
          RETURN_IF_ERROR(to_.PutCredentials(firm, after, *credentials));
        }
      }
      if (add_ons.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }

  absl::Status Profiles(const std::string& firm) {
    Cursor after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<ProfileRow> profiles,
                       from_.ListProfiles(firm, ProfileOrder::kName, false, after, kPage));
      for (const ProfileRow& profile : profiles) {
        after = CursorOf(profile, ProfileOrder::kName);
        RETURN_IF_ERROR(to_.PutProfile(profile));
      }
      if (profiles.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }

  absl::Status Links(const std::string& firm) {
    std::string after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<LinkRow> links, from_.ListLinks(firm, {}, after, kPage));
      for (const LinkRow& link : links) {
        after = LastId(link.link.name());
        RETURN_IF_ERROR(to_.PutLink(link));
        ASSIGN_OR_RETURN(const auto snapshot, from_.FindSnapshot(firm, after));
        if (snapshot) {
          RETURN_IF_ERROR(to_.PutSnapshot(firm, after, *snapshot));
        }
      }
      if (links.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }

  absl::Status Operations(const std::string& firm) {
    Cursor after;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<SyncOperationRow> operations,
                       from_.ListSyncOperations(firm, {}, after, kPage));
      for (const SyncOperationRow& listed : operations) {
        after = CursorOf(listed);
        ASSIGN_OR_RETURN(const auto whole, from_.FindSyncOperation(firm, after.id));
        RETURN_IF_ERROR(to_.PutSyncOperation(*whole));
      }
      if (operations.size() < kPage) {
        return absl::OkStatus();
      }
    }
  }

  Session from_;
  Session to_;
};

// That no value of the database begins as those of `old` do, or holds one that does: whatever the
// rows above forgot would be lost.
absl::Status CheckNoneLeft(Connection& connection, const Sealer& old) {
  Query columns(connection,
                "SELECT t.name, c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c"
                " WHERE t.type = 'table' AND c.type = 'BLOB'");
  while (columns.Step()) {
    const std::string table(columns.Bytes(0));
    const std::string column(columns.Bytes(1));
    Query left(connection, absl::StrCat("SELECT count(*) FROM \"", table, "\" WHERE instr(\"",
                                        column, "\", ?) > 0"));
    left.Blob(old.header());
    if (left.Step() && left.Number(0) > 0) {
      return absl::FailedPreconditionError(
          absl::StrCat(left.Number(0), " values of ", table, ".", column,
                       " would still need the old key; nothing was changed"));
    }
  }
  return absl::OkStatus();
}

// Alone with the file until the connection is closed.
absl::Status KeepOthersOut(Connection& connection) {
  const absl::Status alone = Guard([&] {
    connection.Execute("PRAGMA locking_mode = EXCLUSIVE");
    connection.Execute("PRAGMA journal_mode = DELETE");
    return absl::OkStatus();
  });
  return alone.ok() ? alone
                    : absl::FailedPreconditionError("another process has it open: stop it first");
}

absl::Status Rotate(Connection& connection, const Sealer& old, const Sealer& fresh) {
  RETURN_IF_ERROR(KeepOthersOut(connection));
  ASSIGN_OR_RETURN(const std::string secret, MasterSecret(connection, old));
  RETURN_IF_ERROR(Migrate(connection, Migrations()));
  connection.Execute("PRAGMA secure_delete = ON");
  connection.Execute("BEGIN EXCLUSIVE");
  absl::Status status = Resealing(connection, old, fresh).Run();
  if (status.ok()) {
    status = ReplaceMasterSecret(connection, fresh, secret);
  }
  if (status.ok()) {
    status = CheckNoneLeft(connection, old);
  }
  if (!status.ok()) {
    if (connection.in_transaction()) {
      connection.Execute("ROLLBACK");
    }
    return status;
  }
  RETURN_IF_ERROR(Failpoint("rotate.before_commit"));
  connection.Execute("COMMIT");
  RETURN_IF_ERROR(Failpoint("rotate.after_commit"));
  // Takes along what earlier deletions left in the file. Sealed it is with the new key by now, so
  // that this is no reason to say that it isn't.
  const absl::Status tidied = Guard([&] {
    connection.Execute("VACUUM");
    return absl::OkStatus();
  });
  if (!tidied.ok()) {
    LogWarning(
        "the database is sealed with the new key, and still holds remains of the old one: run "
        "VACUUM on it once there is room");
  }
  return Failpoint("rotate.after_vacuum");
}

}  // namespace

absl::Status RotateKey(const std::string& path, const Sealer& old, const Sealer& fresh) {
  if (old.header() == fresh.header()) {
    return absl::FailedPreconditionError("the new key is the old one");
  }
  const absl::Status status = Guard([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto connection,
                     Connection::Open(path, Connection::Use::kWrite, kWaitForOthers));
    return Rotate(*connection, old, fresh);
  });
  return status.ok()
             ? status
             : absl::Status(status.code(), absl::StrCat("store ", path, ": ", status.message()));
}

}  // namespace profilesync::store
