// Pages of which a part is of another time: at the end of the log, in its middle, in the database.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "profilesync/v1/profile_service.grpc.pb.h"
#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

// Writes over a file's bytes, or behind its end.
void Overwrite(const std::string& file, std::uintmax_t at, const std::string& bytes) {
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(at));
  stream << bytes;
  ASSERT_TRUE(stream.good());
}

class TornPageTest : public DiskTest {
 protected:
  std::string Wal() const { return world_.database() + "-wal"; }

  // All that is in the log is in the database, and the log is empty.
  void EmptyLog() {
    world_.Kill();
    SQLite::Database database(world_.database(), SQLite::OPEN_READWRITE, 5000);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  // The first page of a table.
  std::uintmax_t PageOf(const std::string& table) const {
    SQLite::Database database(world_.database(), SQLite::OPEN_READONLY);
    const std::int64_t size = database.execAndGet("PRAGMA page_size").getInt64();
    SQLite::Statement query(database, "SELECT rootpage FROM sqlite_schema WHERE name = ?");
    query.bind(1, table);
    EXPECT_TRUE(query.executeStep());
    return static_cast<std::uintmax_t>((query.getColumn(0).getInt64() - 1) * size);
  }
};

// What a write that was under way leaves at the end of the log.
TEST_F(TornPageTest, HalfAPageAtTheEndOfTheLogLosesNothing) {
  for (const std::size_t size : {1, 24, 512, 2000, 4096 + 23}) {
    world_.Kill();
    Overwrite(Wal(), std::filesystem::file_size(Wal()), std::string(size, '\x5a'));
    ASSERT_TRUE(Start()) << world_.Log();
    EXPECT_EQ(SavedEmail(), EmailOf(number_));
    EXPECT_TRUE(Save().answer.ok());
  }
  ExpectAllWell();
}

// A disk that loses what it said to have kept: no more is promised than that what comes before the
// tear is there, whole, and nothing of what comes after.
TEST_F(TornPageTest, ATearInsideTheLogEndsTheStoreThere) {
  EmptyLog();
  ASSERT_TRUE(Start());
  EXPECT_TRUE(Save().answer.ok());
  const int kept = number_;
  std::uintmax_t end = 0;
  {
    // While it reads, the log isn't begun anew.
    SQLite::Database reader(world_.database(), SQLite::OPEN_READWRITE, 5000);
    sqlite3_db_config(reader.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    reader.exec("BEGIN; SELECT * FROM firms;");
    end = std::filesystem::file_size(Wal());
    for (int i = 0; i < 5; ++i) {
      EXPECT_TRUE(Save().answer.ok());
    }
    world_.Kill();
  }
  ASSERT_GT(std::filesystem::file_size(Wal()), end + 2512);
  Overwrite(Wal(), end + 2000, std::string(512, '\x5a'));
  ASSERT_TRUE(Start()) << world_.Log();
  EXPECT_EQ(SavedEmail(), EmailOf(kept));
  ExpectAllWell();
}

// The log is emptied only once the database is synced: until then it has whole what is torn there.
TEST_F(TornPageTest, PagesTornWhileTheLogIsCopiedAreMadeWhole) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    for (int i = 0; i < 20; ++i) {
      EXPECT_TRUE(Save().answer.ok());
    }
    world_.Kill();
    std::vector<std::string> variables = disk_.Variables();
    variables.push_back("PROFILESYNC_FAILPOINTS=store.after_checkpoint=kill");
    ASSERT_TRUE(world_.Start(variables));
    EXPECT_TRUE(Save().answer.ok());
    disk_.control().sync_error = EIO;  // none of the copy is durable
    EXPECT_TRUE(world_.Ends(absl::Seconds(5)));
    disk_.Mend();
    disk_.LosePower(random);
    ASSERT_TRUE(Start()) << world_.Log();
    EXPECT_EQ(SavedEmail(), EmailOf(number_));
    ExpectSoundDatabase(world_);
  }
  ExpectAllWell();
}

// A page that the disk has spoilt, where SQLite can tell. It can't always: pages have no checksums.
TEST_F(TornPageTest, ADamagedPageIsNeverTakenForAnAnswer) {
  EmptyLog();
  Overwrite(world_.database(), PageOf("profiles"), std::string(512, '\xff'));
  ASSERT_TRUE(Start()) << world_.Log();
  v1::GetProfileRequest request;
  request.set_name(kLinkedProfile);
  v1::Profile profile;
  Told told;
  told.answer = world_.api().Call<v1::ProfileService>(&v1::ProfileService::Stub::GetProfile,
                                                      request, &profile);
  ExpectRefused(told);
  ExpectRefused(Save());
}

}  // namespace
}  // namespace profilesync::testing
