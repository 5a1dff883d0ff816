// Units of work: kept whole or not at all, durable, and told what became of them. And leases.
#include "common/error.h"
#include "common/status.h"
#include "server/store/contract/store_contract.h"

namespace profilesync::store {
namespace {

using ::testing::ElementsAre;

constexpr auto kAborted = absl::StatusCode::kAborted;

std::vector<std::string> FirmIds(const std::vector<v1::Firm>& firms) {
  std::vector<std::string> ids;
  for (const v1::Firm& firm : firms) {
    ids.push_back(IdOf(firm.name()));
  }
  return ids;
}

TEST_P(StoreContract, NothingOfAFailedBodyIsKept) {
  ASSERT_TRUE(Write([](Transaction& t) { return t.PutFirm(MakeFirm("before")); }).ok());
  const absl::Status refused = absl::FailedPreconditionError("refused by the body");
  EXPECT_EQ(Write([&](Transaction& t) {
              EXPECT_TRUE(t.PutFirm(MakeFirm("lost")).ok());
              EXPECT_TRUE(t.PutDiff("f", MakeDiff("l", *t.NextDiffSequence("f"))).ok());
              v1::ProfileChange change = MakeChange("f", "p");
              EXPECT_EQ(*t.AppendProfileChange("f", &change), 1);
              // It sees its own writes.
              EXPECT_TRUE((*t.FindFirm("lost")).has_value());
              EXPECT_EQ(*t.CountDiffering("f", {}), 1);
              return refused;
            }),
            refused);
  EXPECT_THAT(FirmIds(Read([](const Reader& r) { return r.ListFirms("", 9); })),
              ElementsAre("before"));
  EXPECT_EQ(Read([](const Reader& r) { return r.CountDiffering("f", {}); }), 0);
  EXPECT_EQ(Read([](const Reader& r) { return r.LatestRevision("f"); }), 0);
  EXPECT_TRUE(store().Health().ok());
}

TEST_P(StoreContract, ABodyThatThrowsIsAnInternalErrorOfItsOwn) {
  EXPECT_THAT(Write([](Transaction& t) -> absl::Status {
                EXPECT_TRUE(t.PutFirm(MakeFirm("lost")).ok());
                throw std::runtime_error("thrown by the body");
              }),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_THAT(Write([](Transaction&) -> absl::Status { throw 7; }),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindFirm("lost"); }).has_value());
  EXPECT_TRUE(Write([](Transaction& t) { return t.PutFirm(MakeFirm("kept")); }).ok());
}

TEST_P(StoreContract, AReadThatThrowsOrFailsHarmsNoOther) {
  const absl::Status refused = absl::NotFoundError("said by the body");
  EXPECT_EQ(store().Read([&](const Reader&) { return refused; }), refused);
  EXPECT_THAT(store().Read([](const Reader&) -> absl::Status {
    throw std::runtime_error("thrown by the body");
  }),
              HasCode(absl::StatusCode::kInternal));
  EXPECT_TRUE(store().Read([](const Reader&) { return absl::OkStatus(); }).ok());
}

TEST_P(StoreContract, ABodyMayGoOnAfterARefusedPut) {
  ASSERT_TRUE(
      Write([](Transaction& t) { return t.PutLink(MakeLink("f", "l", "p", "a", "c")); }).ok());
  EXPECT_TRUE(Write([](Transaction& t) {
                EXPECT_THAT(t.PutLink(MakeLink("f", "m", "p", "a", "d")),
                            HasCode(absl::StatusCode::kAlreadyExists));
                return t.PutFirm(MakeFirm("f"));
              }).ok());
  EXPECT_TRUE(Read([](const Reader& r) { return r.FindFirm("f"); }).has_value());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindLink("f", "m"); }).has_value());
}

TEST_P(StoreContract, WhatWasAcknowledgedSurvivesReopening) {
  ProfileRow row = MakeProfile("f", "p", "Aroha");
  row.profile.mutable_fields()->set_tax_number("123-456-789");
  std::int64_t fence = 0;
  ASSERT_TRUE(Write([&](Transaction& t) {
                EXPECT_TRUE(t.PutProfile(row).ok());
                EXPECT_TRUE(t.PutDiff("f", MakeDiff("l", *t.NextDiffSequence("f"))).ok());
                v1::ProfileChange change = MakeChange("f", "p");
                EXPECT_TRUE(t.AppendProfileChange("f", &change).ok());
                fence = t.AcquireLease("k", "h", absl::Now(), absl::InfiniteFuture())->fence;
                return absl::OkStatus();
              }).ok());
  if (!harness().Reopen()) {
    GTEST_SKIP() << "nothing outlives this store";
  }
  EXPECT_EQ(TextOf(Read([](const Reader& r) { return r.FindProfile("f", "p"); })->profile),
            TextOf(row.profile));
  EXPECT_EQ(Read([](const Reader& r) { return r.CountDiffering("f", {}); }), 1);
  ASSERT_TRUE(Write([&](Transaction& t) {
                v1::ProfileChange change = MakeChange("f", "p");
                EXPECT_EQ(*t.AppendProfileChange("f", &change), 2);
                EXPECT_EQ(*t.NextDiffSequence("f"), 2);
                EXPECT_TRUE(t.CheckLease("k", fence).ok());
                return absl::OkStatus();
              }).ok());
}

TEST_P(StoreContract, ALeaseIsHeldUntilItExpiresOrIsGivenUp) {
  const absl::Time now = absl::FromUnixSeconds(1'000);
  const absl::Time later = now + absl::Seconds(30);
  ASSERT_TRUE(Write([&](Transaction& t) {
                const auto first = t.AcquireLease("k", "one", now, later);
                EXPECT_TRUE(first.ok()) << first.status();
                EXPECT_EQ(first->holder, "one");
                EXPECT_EQ(first->expiry, later);
                EXPECT_TRUE(t.CheckLease("k", first->fence).ok());
                EXPECT_THAT(t.CheckLease("K", first->fence), HasCode(kAborted));

                // Another holder waits, however often it asks; another key is free.
                const absl::Status held =
                    t.AcquireLease("k", "two", later - absl::Nanoseconds(1), absl::InfiniteFuture())
                        .status();
                EXPECT_THAT(held, HasCode(kAborted));
                EXPECT_TRUE(RetryAfterOf(held).has_value());
                EXPECT_TRUE(t.AcquireLease("k2", "two", now, later).ok());

                // Its holder renews it, and the old fence no longer counts.
                const auto renewed = t.AcquireLease("k", "one", now, later);
                EXPECT_GT(renewed->fence, first->fence);
                EXPECT_THAT(t.CheckLease("k", first->fence), HasCode(kAborted));

                // Once it has expired another takes it over; the first comes too late.
                const auto taken = t.AcquireLease("k", "two", later, absl::InfiniteFuture());
                EXPECT_TRUE(taken.ok()) << taken.status();
                EXPECT_GT(taken->fence, renewed->fence);
                EXPECT_THAT(t.CheckLease("k", renewed->fence), HasCode(kAborted));
                EXPECT_TRUE(t.ReleaseLease("k", renewed->fence).ok());
                EXPECT_TRUE(t.CheckLease("k", taken->fence).ok());

                // Given up, it is free at once, and the fence goes on from where it was.
                EXPECT_TRUE(t.ReleaseLease("k", taken->fence).ok());
                EXPECT_THAT(t.CheckLease("k", taken->fence), HasCode(kAborted));
                EXPECT_GT(t.AcquireLease("k", "three", now, later)->fence, taken->fence);
                return absl::OkStatus();
              }).ok());
}

// No lease is taken for so long: what is left of it was reckoned by a clock that went ahead.
TEST_P(StoreContract, ALeaseOfAClockThatWasSetBackIsNotHeld) {
  const absl::Time now = absl::FromUnixSeconds(1'000'000);
  const auto acquire = [&](const std::string& holder, absl::Time time) {
    return Write([&](Transaction& t) {
      return t.AcquireLease("k", holder, time, time + absl::Minutes(15)).status();
    });
  };
  ASSERT_TRUE(acquire("one", now).ok());
  EXPECT_THAT(acquire("two", now - absl::Seconds(1)), HasCode(kAborted)) << "it is still held";
  EXPECT_TRUE(acquire("two", now - absl::Hours(1)).ok());
}

TEST_P(StoreContract, WhoHoldsALeaseCanBeRead) {
  const absl::Time now = absl::FromUnixSeconds(1'000);
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindLease("k"); }).has_value());
  Lease lease;
  ASSERT_TRUE(Write([&](Transaction& t) {
                lease = *t.AcquireLease("k", "one", now, now + absl::Nanoseconds(7));
                return absl::OkStatus();
              }).ok());
  const auto found = Read([](const Reader& r) { return r.FindLease("k"); });
  ASSERT_TRUE(found.has_value()) << "over or not";
  EXPECT_EQ(found->holder, "one");
  EXPECT_EQ(found->expiry, lease.expiry);
  EXPECT_EQ(found->fence, lease.fence);
  ASSERT_TRUE(Write([&](Transaction& t) { return t.ReleaseLease("k", lease.fence); }).ok());
  EXPECT_FALSE(Read([](const Reader& r) { return r.FindLease("k"); }).has_value());
}

TEST_P(StoreContract, ALeaseOfAnUndoneUnitIsNotHeld) {
  const absl::Time now = absl::FromUnixSeconds(1'000);
  EXPECT_FALSE(Write([&](Transaction& t) {
                 EXPECT_TRUE(t.AcquireLease("k", "one", now, absl::InfiniteFuture()).ok());
                 return absl::CancelledError("undone");
               }).ok());
  EXPECT_TRUE(Write([&](Transaction& t) {
                return t.AcquireLease("k", "two", now, absl::InfiniteFuture()).status();
              }).ok());
}

}  // namespace
TEST_P(StoreContract, ImagesGoInTimeAndTheRestOfTheJournalStays) {
  const auto make = [](const std::string& id, v1::SyncOperation::State state, int time) {
    SyncOperationRow row = MakeOperation("f", id, "p", "l", state, time);
    row.journal.add_fields()->set_field("website");
    row.journal.set_pre_image("before");
    row.journal.mutable_pre_image_client()->set_id("c");
    row.journal.set_post_image("after");
    return row;
  };
  // Begun long ago, and over only lately.
  SyncOperationRow settled = make("settled", v1::SyncOperation::DONE, 1);
  settled.operation.mutable_finish_time()->set_seconds(8);
  SyncOperationRow restored = make("restored", v1::SyncOperation::DONE, 1);
  restored.operation.set_link("firms/f/links/restoring");
  ASSERT_TRUE(Write([&](Transaction& t) -> absl::Status {
                LinkRow restoring = MakeLink("f", "restoring", "p", "a", "c");
                restoring.unfinished_operation = "a-restore";
                RETURN_IF_ERROR(t.PutLink(restoring));
                RETURN_IF_ERROR(t.PutSyncOperation(settled));
                RETURN_IF_ERROR(t.PutSyncOperation(restored));
                RETURN_IF_ERROR(t.PutSyncOperation(make("old", v1::SyncOperation::DONE, 1)));
                RETURN_IF_ERROR(t.PutSyncOperation(make("older", v1::SyncOperation::FAILED, 2)));
                RETURN_IF_ERROR(t.PutSyncOperation(make("open", v1::SyncOperation::UNKNOWN, 3)));
                return t.PutSyncOperation(make("new", v1::SyncOperation::DONE, 9));
              }).ok());
  const SyncOperationRow before =
      *Read([](const Reader& r) { return r.FindSyncOperation("f", "old"); });
  const auto forget = [&](int limit) {
    int forgotten = 0;
    EXPECT_TRUE(Write([&](Transaction& t) -> absl::Status {
                  ASSIGN_OR_RETURN(forgotten,
                                   t.DeleteImagesBefore(absl::FromUnixSeconds(5), limit));
                  return absl::OkStatus();
                }).ok());
    return forgotten;
  };
  EXPECT_EQ(forget(1), 1);
  EXPECT_EQ(forget(10), 1);
  EXPECT_EQ(forget(10), 0);
  for (const std::string id : {"old", "older", "open", "new", "settled", "restored"}) {
    const auto row = Read([&](const Reader& r) { return r.FindSyncOperation("f", id); });
    ASSERT_TRUE(row.has_value());
    const bool kept = id != "old" && id != "older";
    EXPECT_EQ(row->journal.pre_image().empty(), !kept) << id;
    EXPECT_EQ(row->journal.has_pre_image_client(), kept) << id;
    EXPECT_EQ(row->journal.post_image().empty(), !kept) << id;
    EXPECT_EQ(row->journal.fields_size(), 1) << id;
  }
  const auto after = Read([](const Reader& r) { return r.FindSyncOperation("f", "old"); });
  EXPECT_EQ(TextOf(after->operation), TextOf(before.operation));
  EXPECT_EQ(after->fence, before.fence);
}

}  // namespace profilesync::store
