// Another program that keeps the database locked: a backup that hangs, a shell that was left open.
#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

class LockTest : public DiskTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(LockTest, RefusesWritesUntilTheLockIsGone) {
  SQLite::Database other(world_.database(), SQLite::OPEN_READWRITE);
  other.exec(GetParam());
  ExpectTroubleUntil([&] { other.exec("COMMIT"); });
  ExpectAllWell();
}

TEST_P(LockTest, KeepsAServerFromStarting) {
  world_.Kill();
  SQLite::Database other(world_.database(), SQLite::OPEN_READWRITE);
  other.exec(GetParam());
  EXPECT_FALSE(Start());
  EXPECT_NE(world_.Log().find("locked by another process"), std::string::npos) << world_.Log();
  other.exec("COMMIT");
  ASSERT_TRUE(Start());
  EXPECT_EQ(SavedEmail(), EmailOf(number_));
  ExpectAllWell();
}

INSTANTIATE_TEST_SUITE_P(All, LockTest, ::testing::Values("BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"),
                         [](const auto& begin) { return std::string(begin.param).substr(6); });

}  // namespace
}  // namespace profilesync::testing
