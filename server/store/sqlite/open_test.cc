// Opening: what is made, what is refused, and how a schema is brought up to date.
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "common/status.h"
#include "server/store/contract/store_contract.h"
#include "server/store/sqlite/migrations.h"
#include "server/store/sqlite/test_database.h"

namespace profilesync::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kNotOpened = absl::StatusCode::kFailedPrecondition;

std::string MessageOf(const absl::Status& status) { return std::string(SV(status.message())); }

unsigned ModeOf(const std::string& path) {
  struct stat info;
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

absl::Status AddFirm(Store& store, const std::string& id) {
  return store.WriteAndWait([&](Transaction& t) { return t.PutFirm(MakeFirm(id)); });
}

TEST(SqliteOpenTest, MakesAFileThatOnlyItsOwnerCanUse) {
  TestDatabase database;
  const mode_t before = ::umask(0);
  const auto store = database.Open();
  ASSERT_TRUE(AddFirm(*store, "f").ok());
  ::umask(before);
  EXPECT_EQ(ModeOf(database.path()), 0600U);
  EXPECT_EQ(ModeOf(database.path() + "-wal"), 0600U);
  EXPECT_EQ(ModeOf(database.path() + "-shm"), 0600U);
}

TEST(SqliteOpenTest, ClosesAFileThatOthersCouldUse) {
  TestDatabase database;
  database.Open();
  ASSERT_EQ(::chmod(database.path().c_str(), 0666), 0);
  database.Open();
  EXPECT_EQ(ModeOf(database.path()), 0600U);
}

TEST(SqliteOpenTest, SetsUpDurability) {
  TestDatabase database;
  database.Open();
  EXPECT_THAT(database.Sql("PRAGMA journal_mode; PRAGMA user_version"),
              ElementsAre("wal", std::to_string(Migrations().size())));
  const auto connection =
      Connection::Open(database.path(), Connection::Use::kWrite, absl::Seconds(1));
  ASSERT_TRUE(connection.ok()) << connection.status();
  EXPECT_EQ((*connection)->Value("PRAGMA synchronous"), 2);  // FULL
  EXPECT_EQ((*connection)->Value("PRAGMA foreign_keys"), 1);
  EXPECT_EQ((*connection)->Value("PRAGMA wal_autocheckpoint"), 0);
}

TEST(SqliteOpenTest, RefusesSenselessOptions) {
  TestDatabase database;
  const std::function<void(SqliteOptions&)> spoilers[] = {
      [](SqliteOptions& o) { o.path.clear(); }, [](SqliteOptions& o) { o.sealer = nullptr; },
      [](SqliteOptions& o) { o.reader_connections = 0; },
      [](SqliteOptions& o) { o.max_queued_writes = 0; }, [](SqliteOptions& o) { o.max_group = 0; }};
  for (const auto& spoil : spoilers) {
    SqliteOptions options = database.options();
    spoil(options);
    EXPECT_EQ(SqliteStore::Open(options).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(SqliteOpenTest, RefusesAnotherProgramsDatabase) {
  TestDatabase database;
  database.Sql("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  const absl::Status status = database.TryOpen().status();
  EXPECT_EQ(status.code(), kNotOpened);
  EXPECT_THAT(MessageOf(status), HasSubstr("not a database of profilesync"));
  EXPECT_THAT(database.Sql("PRAGMA journal_mode; SELECT name FROM sqlite_schema"),
              ElementsAre("delete", "theirs"));
}

TEST(SqliteOpenTest, RefusesWhatIsNoDatabase) {
  TestDatabase database;
  std::ofstream(database.path()) << std::string(8'192, 'x');
  const absl::Status status = database.TryOpen().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status), HasSubstr("not a database"));
  EXPECT_THAT(MessageOf(status), ::testing::Not(HasSubstr("\n")));
}

TEST(SqliteOpenTest, RefusesANewerSchema) {
  TestDatabase database;
  database.Open();
  database.Sql("PRAGMA user_version = 1000");
  const absl::Status status = database.TryOpen().status();
  EXPECT_EQ(status.code(), kNotOpened);
  EXPECT_THAT(MessageOf(status), HasSubstr("newer profilesync"));
}

TEST(SqliteOpenTest, RefusesAnotherKey) {
  TestDatabase database;
  ASSERT_TRUE(AddFirm(*database.Open(), "f").ok());
  Sealer* const right = database.options().sealer;
  Sealer wrong(SealingKey::Random());
  database.options().sealer = &wrong;
  const absl::Status status = database.TryOpen().status();
  EXPECT_EQ(status.code(), kNotOpened);
  EXPECT_THAT(MessageOf(status), HasSubstr("sealed with another key"));
  database.options().sealer = right;
  EXPECT_TRUE(database.TryOpen().ok());
}

TEST(SqliteOpenTest, RefusesAPathThatCannotBe) {
  TestDatabase database;
  database.options().path = ::testing::TempDir();
  EXPECT_EQ(database.TryOpen().status().code(), absl::StatusCode::kUnavailable);
  database.options().path += "/none/store.db";
  EXPECT_EQ(database.TryOpen().status().code(), absl::StatusCode::kUnavailable);
}

class MigrateTest : public ::testing::Test {
 protected:
  MigrateTest() {
    std::ofstream(database_.path()).flush();
    connection_ =
        *Connection::Open(database_.path(), Connection::Use::kWrite, absl::Milliseconds(100));
  }
  std::int64_t Version() { return connection_->Value("PRAGMA user_version"); }

  TestDatabase database_;
  std::unique_ptr<Connection> connection_;
  const std::vector<std::string> steps_ = {
      "CREATE TABLE t (x); INSERT INTO t VALUES (1)",
      "ALTER TABLE t ADD COLUMN y; UPDATE t SET y = x + 1",
      "CREATE TABLE u AS SELECT y FROM t",
  };
};

TEST_F(MigrateTest, TakesTheMissingSteps) {
  ASSERT_TRUE(Migrate(*connection_, {steps_[0]}).ok());
  EXPECT_EQ(Version(), 1);
  ASSERT_TRUE(Migrate(*connection_, steps_).ok());
  EXPECT_EQ(Version(), 3);
  EXPECT_EQ(connection_->Value("SELECT y FROM u"), 2);
  ASSERT_TRUE(Migrate(*connection_, steps_).ok());
  EXPECT_EQ(connection_->Value("SELECT count(*) FROM t"), 1);
}

TEST_F(MigrateTest, AFailedStepLeavesTheVersionBefore) {
  const std::vector<std::string> broken = {steps_[0], "CREATE TABLE u (z); SELECT nonsense"};
  EXPECT_FALSE(Migrate(*connection_, broken).ok());
  EXPECT_FALSE(connection_->in_transaction());
  EXPECT_EQ(Version(), 1);
  EXPECT_EQ(connection_->Value("SELECT count(*) FROM sqlite_schema WHERE name = 'u'"), 0);
  EXPECT_TRUE(Migrate(*connection_, steps_).ok());
}

TEST_F(MigrateTest, RefusesAnOlderProgramAndChangesNothing) {
  ASSERT_TRUE(Migrate(*connection_, steps_).ok());
  EXPECT_EQ(Migrate(*connection_, {steps_[0]}).code(), kNotOpened);
  EXPECT_EQ(Version(), 3);
}

}  // namespace
}  // namespace profilesync::store
