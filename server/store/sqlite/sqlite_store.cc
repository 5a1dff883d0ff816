#include "server/store/sqlite/sqlite_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/store/sqlite/guard.h"
#include "server/store/sqlite/master_secret.h"
#include "server/store/sqlite/migrations.h"

namespace profilesync::store {
namespace {

absl::Status CheckOptions(const SqliteOptions& options) {
  if (options.path.empty() || options.sealer == nullptr || options.reader_connections < 1 ||
      options.max_queued_writes < 1 || options.max_group < 1) {
    return absl::InvalidArgumentError(
        "a store needs a path, a sealer, and at least one connection, queued write and group "
        "member");
  }
  return absl::OkStatus();
}

// Makes the file where it isn't there, and keeps others out. SQLite gives the files beside it the
// same mode.
absl::Status PrepareFile(const std::string& path) {
  const auto error = [](std::string_view what) {
    return absl::UnavailableError(absl::StrCat(AV(what), ": ", std::strerror(errno)));
  };
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return error("can't open or make the file");
  }
  const absl::Cleanup close_file = [file] { ::close(file); };
  struct stat info;
  if (::fstat(file, &info) != 0) {
    return error("can't look at the file");
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0 && ::fchmod(file, S_IRUSR | S_IWUSR) != 0) {
    return error("others can use the file and its mode can't be changed");
  }
  return absl::OkStatus();
}

absl::Status UseWal(Connection& connection) {
  return Guard([&] {
    connection.Execute("PRAGMA journal_mode = WAL");
    Query mode(connection, "PRAGMA journal_mode");
    return mode.Step() && mode.Bytes(0) == "wal"
               ? absl::OkStatus()
               : absl::FailedPreconditionError("the file system can't hold a write-ahead log");
  });
}

// Returns the database's own secret.
absl::StatusOr<std::string> Prepare(const SqliteOptions& options) {
  RETURN_IF_ERROR(PrepareFile(options.path));
  ASSIGN_OR_RETURN(const auto connection,
                   Connection::Open(options.path, Connection::Use::kWrite, options.busy_timeout));
  RETURN_IF_ERROR(Migrate(*connection, Migrations()));
  RETURN_IF_ERROR(UseWal(*connection));
  return Guard([&] { return MasterSecret(*connection, *options.sealer); });
}

absl::Status Look(const std::string& path, const Sealer& sealer, absl::Duration busy_timeout) {
  ASSIGN_OR_RETURN(const auto connection,
                   Connection::Open(path, Connection::Use::kLook, busy_timeout));
  return Guard([&]() -> absl::Status {
    const auto newest = static_cast<std::int64_t>(Migrations().size());
    ASSIGN_OR_RETURN(const std::int64_t version, SchemaVersion(*connection, newest));
    return version == 0 ? absl::OkStatus() : FindMasterSecret(*connection, sealer).status();
  });
}

// What Open and Check say.
absl::Status OfFile(const std::string& path, const absl::Status& status) {
  return status.ok()
             ? status
             : absl::Status(status.code(), absl::StrCat("store ", path, ": ", status.message()));
}

}  // namespace

absl::Status SqliteStore::Check(const std::string& path, const Sealer& sealer) {
  std::error_code error;
  if (std::filesystem::exists(path + "-journal", error)) {
    return absl::OkStatus();
  }
  return OfFile(path, Look(path, sealer, SqliteOptions().busy_timeout));
}

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(const SqliteOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  auto store = std::unique_ptr<SqliteStore>(new SqliteStore(options));
  absl::StatusOr<std::string> secret = Prepare(options);
  RETURN_IF_ERROR(OfFile(options.path, secret.ok() ? store->Start(options) : secret.status()));
  store->master_secret_ = *std::move(secret);
  return store;
}

absl::Status SqliteStore::Start(const SqliteOptions& options) {
  const auto connect = [&options] {
    return Connection::Open(options.path, Connection::Use::kWrite, options.busy_timeout);
  };
  ASSIGN_OR_RETURN(readers_, ReaderPool::Open(options.path, options.reader_connections,
                                              options.busy_timeout, *options.sealer, health_));
  ASSIGN_OR_RETURN(auto checkpoints, connect());
  ASSIGN_OR_RETURN(auto writes, connect());
  checkpointer_ = std::make_unique<Checkpointer>(
      std::move(checkpoints),
      CheckpointOptions{options.checkpoint_interval, options.checkpoint_step_bytes,
                        options.max_wal_bytes},
      [this] { writer_->EmptyWal(); });
  writer_ = std::make_unique<Writer>(std::move(writes),
                                     WriterOptions{options.max_queued_writes, options.max_group,
                                                   options.busy_timeout, options.probe_interval},
                                     *options.sealer, health_,
                                     [this](std::int64_t bytes) { checkpointer_->WalGrew(bytes); });
  return absl::OkStatus();
}

// The two threads know each other, so both must stand still before either goes.
SqliteStore::~SqliteStore() {
  if (writer_ != nullptr) {
    writer_->Shutdown();
  }
  if (checkpointer_ != nullptr) {
    checkpointer_->Stop();
  }
}

absl::Status SqliteStore::Read(absl::FunctionRef<absl::Status(const Reader&)> body) {
  return readers_->Read(body);
}

void SqliteStore::Write(WriteBody body, WriteDone done) {
  writer_->Write(std::move(body), std::move(done));
}

absl::Status SqliteStore::Health() { return health_.status(); }

void SqliteStore::Shutdown() { writer_->Shutdown(); }

}  // namespace profilesync::store
