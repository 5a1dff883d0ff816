// Another program that keeps the database locked: a backup that hangs, a shell that was left open.
#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

TEST_F(DiskTest, ALockRefusesWritesUntilItIsGone) {
  SQLite::Database other(world_.database(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN EXCLUSIVE");
  ExpectTroubleUntil([&] { other.exec("COMMIT"); });
  ExpectAllWell();
}

TEST_F(DiskTest, ALockKeepsAServerFromStarting) {
  world_.Kill();
  SQLite::Database other(world_.database(), SQLite::OPEN_READWRITE);
  other.exec("BEGIN IMMEDIATE");
  EXPECT_FALSE(Start());
  EXPECT_NE(world_.Log().find("locked by another process"), std::string::npos) << world_.Log();
  other.exec("COMMIT");
  ASSERT_TRUE(Start());
  EXPECT_EQ(SavedEmail(), EmailOf(number_));
  ExpectAllWell();
}

}  // namespace
}  // namespace profilesync::testing
