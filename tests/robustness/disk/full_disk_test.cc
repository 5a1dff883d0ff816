// A disk without room, and one that can't keep what it was given.
#include <cerrno>
#include <thread>

#include "profilesync/v1/sync_service.grpc.pb.h"
#include "tests/robustness/disk/fixture.h"

namespace profilesync::testing {
namespace {

const Directions kPush = {{"website", v1::TO_PRACTICE}};

TEST_F(DiskTest, AFullDiskRefusesAndIsRecoveredFromWithoutARestart) {
  disk_.control().full = ShimControl::kNoWrites;
  ExpectTroubleUntil([this] { disk_.Mend(); });
  EXPECT_GT(disk_.control().refused, 0);
  ExpectAllWell();
}

// The log has room of its own for a while: what is acknowledged then is kept.
TEST_F(DiskTest, WhatIsAcknowledgedWhileTheDiskFillsUpIsKept) {
  disk_.control().room = 64 << 10;
  disk_.control().full = ShimControl::kNoGrowth;
  std::string kept = SavedEmail();
  Told told;
  for (int i = 0; i < 500 && (told = Save()).answer.ok(); ++i) {
    kept = EmailOf(number_);
  }
  ExpectRefused(told);
  EXPECT_EQ(SavedEmail(), kept);
  disk_.Mend();
  ExpectServing(true);
  EXPECT_EQ(SavedEmail(), kept);
  ExpectAllWell();
  EXPECT_EQ(SavedEmail(), kept);
}

TEST_F(DiskTest, AServerOnAFullDiskEndsWithAReasonOrRefusesWrites) {
  const std::string email = SavedEmail();
  world_.Kill();
  disk_.control().full = ShimControl::kNoWrites;
  if (Start()) {
    ExpectRefused(Save());
    world_.Kill();
  } else {
    EXPECT_NE(world_.Log().find(world_.database() + ": the store"), std::string::npos)
        << world_.Log();
  }
  disk_.Mend();
  ASSERT_TRUE(Start()) << world_.Log();
  EXPECT_EQ(SavedEmail(), email);
  ExpectAllWell();
}

// Nothing may be sent to the practice whose intent can't be stored.
TEST_F(DiskTest, ASyncWhoseIntentCannotBeStoredSendsNothing) {
  const Ask sync = Syncing(SyncOf(DiffOf(world_.api(), kLinkedLink), kPush, RequestId(0xe, 1)));
  disk_.control().full = ShimControl::kNoWrites;
  ExpectRefused(sync(world_.api()));
  EXPECT_TRUE(world_.Writes().empty());
  disk_.Mend();
  ExpectServing(true);
  const Told told = sync(world_.api());
  EXPECT_EQ(told.state, v1::SyncOperation::DONE) << told.text;
  EXPECT_EQ(world_.Writes().size(), 1U);
  ExpectAllWell();
}

// The write is sent and its outcome can't be stored for longer than anybody tries: the operation is
// settled later, by reads alone and without a restart.
TEST_F(DiskTest, ASyncWhoseOutcomeCannotBeStoredIsSettledOnceThereIsRoom) {
  const Ask sync = Syncing(SyncOf(DiffOf(world_.api(), kLinkedLink), kPush, RequestId(0xe, 1)));
  ASSERT_TRUE(world_.xpm()
                  .InjectFault({.endpoint = "client.api/update",
                                .kind = xpm_sandbox::FaultKind::kHang,
                                .applied = true})
                  .ok());
  Told told;
  std::thread caller([&] { told = sync(world_.api()); });
  EXPECT_TRUE(WaitUntil([&] { return world_.xpm().hanging() == 1; }));
  disk_.control().full = ShimControl::kNoWrites;
  world_.xpm().Release();
  caller.join();
  EXPECT_TRUE(told.answer.ok()) << told.answer.status.error_message();
  EXPECT_EQ(told.state, v1::SyncOperation::PUSHING) << "what isn't stored isn't told";
  disk_.Mend();
  world_.LetLeasesExpire();  // as after two minutes
  ASSERT_TRUE(WaitUntilSettled(world_.api()));
  const Held held = ReadAll(world_.api());
  EXPECT_EQ(held.operations.at(told.operation).state(), v1::SyncOperation::DONE);
  EXPECT_EQ(world_.Writes().size(), 1U);
  ExpectAllWell();
}

// After a failed fsync the kernel takes what it couldn't write for written: nobody may build on it.
TEST_F(DiskTest, AnFsyncThatFailsLosesNothingThatWasAcknowledged) {
  std::mt19937 random(5);
  for (int round = 0; round < 2; ++round) {
    disk_.control().sync_error = EIO;
    ExpectTroubleUntil([this] { disk_.Mend(); });
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(Save().answer.ok());
    }
    world_.Kill();
    disk_.LosePower(random);
    ASSERT_TRUE(Start()) << world_.Log();
    EXPECT_EQ(SavedEmail(), EmailOf(number_));
  }
  ExpectAllWell();
}

}  // namespace
}  // namespace profilesync::testing
