// A file system that can be read only, as after an error of the disk, and files of somebody else.
#include <cerrno>
#include <cstring>

#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

TEST_F(DiskTest, AFileSystemThatBecomesReadOnlyRefusesUntilItIsWritableAgain) {
  disk_.control().open_error = EROFS;
  disk_.control().write_error = EROFS;
  ExpectTroubleUntil([this] { disk_.Mend(); });
  ExpectAllWell();
}

TEST_F(DiskTest, AServerDoesNotStartOnFilesThatItCannotWrite) {
  world_.Kill();
  for (const int error : {EROFS, EACCES}) {
    disk_.control().open_error = error;
    EXPECT_FALSE(Start());
    const std::string log = world_.Log();
    EXPECT_NE(log.find(world_.database()), std::string::npos) << log;
    EXPECT_NE(log.find(std::strerror(error)), std::string::npos) << log;
  }
  disk_.Mend();
  ASSERT_TRUE(Start());
  EXPECT_EQ(SavedEmail(), EmailOf(number_));
  ExpectAllWell();
}

}  // namespace
}  // namespace profilesync::testing
