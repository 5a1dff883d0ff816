// The program is killed, or the power fails, while it seals the database with another key: it opens
// with one of the two, and with the new one once it was told to be done.
#include "absl/strings/str_cat.h"
#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

struct Row {
  std::string name;
  std::string failpoint;
  bool sealed_anew;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class RotateKeyDiskTest : public DiskTest, public ::testing::WithParamInterface<Row> {
 protected:
  // With what is sealed in an operation.
  RotateKeyDiskTest() {
    const Directions push = {{"website", v1::TO_PRACTICE}};
    const Told told =
        Syncing(SyncOf(DiffOf(world_.api(), kLinkedLink), push, RequestId(0xe, 1)))(world_.api());
    EXPECT_EQ(told.state, v1::SyncOperation::DONE) << told.text;
    operation_ = told.operation;
    world_.Kill();
  }

  std::string KeyFile(int number) const {
    return number == 0 ? world_.database() + ".key"
                       : absl::StrCat(world_.database(), ".key", number);
  }
  bool StartWith(int key) { return Start({"--key-file=" + KeyFile(key)}); }

  // From the key of that number to the next, until the end or the failpoint.
  void Rotate(int number) {
    std::vector<std::string> variables = disk_.Variables();
    if (!GetParam().failpoint.empty()) {
      variables.push_back("PROFILESYNC_FAILPOINTS=" + GetParam().failpoint + "=kill");
    }
    EXPECT_FALSE(world_.Start(
        variables, {"--key-file=" + KeyFile(number), "--rotate-key=" + KeyFile(number + 1)}));
    EXPECT_EQ(world_.Log().find("rotated") != std::string::npos, GetParam().failpoint.empty())
        << world_.Log();
  }

  void ExpectWhole() {
    EXPECT_EQ(SavedEmail(), EmailOf(number_));
    ExpectSoundDatabase(world_);
    // Takes the client's sealed image out of the journal.
    const Told told = Restoring(operation_, RequestId(0xe, 1000 + ++restores_))(world_.api());
    EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
    world_.Kill();
  }

  std::string operation_;
  int restores_ = 0;
};

TEST_P(RotateKeyDiskTest, OpensWithOneOfTheTwoKeys) {
  int key = 0;
  for (unsigned seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    Rotate(key);
    if (seed > 0) {  // else it is killed, and the power stays
      disk_.LosePower(random);
    }
    EXPECT_EQ(StartWith(key), !GetParam().sealed_anew) << world_.Log();
    if (GetParam().sealed_anew) {
      ASSERT_TRUE(StartWith(++key)) << world_.Log();
    }
    ExpectWhole();
  }
}

INSTANTIATE_TEST_SUITE_P(All, RotateKeyDiskTest,
                         ::testing::Values(Row{"BeforeCommit", "rotate.before_commit", false},
                                           Row{"AfterCommit", "rotate.after_commit", true},
                                           Row{"AfterVacuum", "rotate.after_vacuum", true},
                                           Row{"Done", "", true}),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace profilesync::testing
