#include "server/sync/recover.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/store/leases.h"
#include "server/sync/operation.h"
#include "server/sync/read_back.h"
#include "server/sync/resolve_sync_operation.h"
#include "tests/support/test_environment.h"

namespace profilesync::sync {
namespace {

constexpr char kLink[] = "firms/f/links/l";
constexpr char kOperation[] = "firms/f/syncOperations/o";

// An operation whose server stopped while it ran: a push of the website, and a pull of the phone.
class RecoverTest : public ::testing::Test {
 protected:
  void Leave(v1::SyncOperation::State state) {
    const absl::Status stored = test_.store().WriteAndWait(
        [&](store::Transaction& transaction) { return LeaveIn(transaction, state); });
    ASSERT_TRUE(stored.ok()) << stored;
  }

  absl::Status LeaveIn(store::Transaction& transaction, v1::SyncOperation::State state) {
    v1::Firm firm;
    firm.set_name("firms/f");
    firm.set_region_code("NZ");
    RETURN_IF_ERROR(transaction.PutFirm(firm));
    v1::AddOn add_on;
    add_on.set_name("firms/f/addOns/a");
    add_on.set_practice_system("practiceSystems/gone");
    add_on.set_tenant_id("t");
    add_on.set_state(v1::AddOn::ACTIVE);
    RETURN_IF_ERROR(transaction.PutAddOn(add_on));
    store::ProfileRow profile;
    profile.profile.set_name("firms/f/profiles/p");
    profile.profile.mutable_fields()->set_name("A Ltd");
    RETURN_IF_ERROR(transaction.PutProfile(profile));
    store::LinkRow link;
    link.link.set_name(kLink);
    link.link.set_profile("firms/f/profiles/p");
    link.link.set_add_on("firms/f/addOns/a");
    link.link.set_practice_client_id("c");
    link.write_sequence = 1;
    link.unfinished_operation = "o";
    RETURN_IF_ERROR(transaction.PutLink(link));
    store::SyncOperationRow row;
    row.operation.set_name(kOperation);
    row.operation.set_state(state);
    row.operation.set_link(kLink);
    row.operation.set_profile("firms/f/profiles/p");
    row.operation.set_add_on("firms/f/addOns/a");
    auto* website = row.operation.add_field_results();
    website->set_field("website");
    website->set_direction(v1::TO_PRACTICE);
    auto* phone = row.operation.add_field_results();
    phone->set_field("primary_phone");
    phone->set_direction(v1::TO_PROFILE);
    const absl::Time now = test_.clock().Now();
    ASSIGN_OR_RETURN(
        const store::Lease lease,
        transaction.AcquireLease(store::LinkLeaseKey(kLink), "o", now, now + absl::Minutes(2)));
    row.fence = lease.fence;
    return transaction.PutSyncOperation(row);
  }

  store::SyncOperationRow Operation() {
    store::SyncOperationRow row;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(auto found, reader.FindSyncOperation("f", "o"));
                      row = *std::move(found);
                      return absl::OkStatus();
                    })
                    .ok());
    return row;
  }

  store::LinkRow Link() {
    store::LinkRow row;
    EXPECT_TRUE(test_.store()
                    .Read([&](const store::Reader& reader) -> absl::Status {
                      ASSIGN_OR_RETURN(auto found, reader.FindLink("f", "l"));
                      row = *std::move(found);
                      return absl::OkStatus();
                    })
                    .ok());
    return row;
  }

  profilesync::testing::TestEnvironment test_;
};

TEST_F(RecoverTest, LeavesAnOperationAloneWhoseLeaseIsHeld) {
  Leave(v1::SyncOperation::PUSHING);
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::PUSHING);
}

TEST_F(RecoverTest, CallsAWriteThatMayHaveBeenSentUnknown) {
  Leave(v1::SyncOperation::PUSHING);
  const std::int64_t fence = Operation().fence;
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  const store::SyncOperationRow row = Operation();
  EXPECT_EQ(row.operation.state(), v1::SyncOperation::UNKNOWN);
  EXPECT_EQ(row.operation.field_results(0).outcome(), v1::FieldResult::UNKNOWN);
  EXPECT_EQ(row.operation.field_results(1).outcome(), v1::FieldResult::NOT_APPLIED);
  EXPECT_FALSE(row.operation.has_finish_time());
  EXPECT_EQ(Link().unfinished_operation, "o") << "its field stays pending";
  EXPECT_EQ(Link().write_sequence, 2) << "a fetch that began before mustn't be stored";
  EXPECT_TRUE(absl::IsAborted(test_.store().WriteAndWait([&](store::Transaction& transaction) {
    return transaction.CheckLease(store::LinkLeaseKey(kLink), fence);
  }))) << "the old holder can't store an outcome any more";
}

TEST_F(RecoverTest, CallsAnOperationThatHadSentNothingFailed) {
  Leave(v1::SyncOperation::PLANNED);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::FAILED);
  EXPECT_TRUE(Operation().operation.has_finish_time());
  EXPECT_EQ(Link().unfinished_operation, "");
}

TEST_F(RecoverTest, WaitsForNoLeaseOfAClockThatWasSetBack) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(-absl::Hours(1));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::UNKNOWN);
}

TEST_F(RecoverTest, DoesNothingTwice) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  const std::string first = Operation().operation.SerializeAsString();
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.SerializeAsString(), first);
  EXPECT_EQ(Link().write_sequence, 2);
}

// The operator has taken the practice system out of the configuration.
TEST_F(RecoverTest, ReadsNothingBackWhereThereIsNobodyToAsk) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  for (const auto kind : {v1::SyncOperation::SYNC, v1::SyncOperation::RESTORE}) {
    store::SyncOperationRow row = Operation();
    row.operation.set_kind(kind);
    row.operation.set_original_operation(kOperation);
    ASSERT_TRUE(test_.store()
                    .WriteAndWait([&](store::Transaction& t) { return t.PutSyncOperation(row); })
                    .ok());
    EXPECT_TRUE(
        absl::IsFailedPrecondition(ReadBack(test_.environment(), kOperation, ReadBackTimes())));
    EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::UNKNOWN);
  }
}

TEST_F(RecoverTest, WhatNobodyCanReadBackAPersonMayResolve) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  v1::ResolveSyncOperationRequest request;
  request.set_name(kOperation);
  request.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("looked at it");
  const auto resolve = [&] {
    return test_.store().WriteAndWait([&](store::Transaction& transaction) {
      return ResolveSyncOperation(test_.environment(), test_.Call(), request, transaction).status();
    });
  };
  EXPECT_EQ(ReasonOf(resolve()), v1::NO_ATTENTION_NEEDED) << "reads may tell yet";
  test_.clock().Advance(absl::Minutes(2));
  const absl::Status resolved = resolve();
  EXPECT_TRUE(resolved.ok()) << resolved;
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::FAILED);
  EXPECT_EQ(Link().unfinished_operation, "");
}

TEST_F(RecoverTest, APersonNeedNotWaitForAClockThatWasSetBack) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_FALSE(IsYetToCome(Operation().journal, test_.clock().Now()));
  test_.clock().Advance(-absl::Hours(1));
  EXPECT_TRUE(IsYetToCome(Operation().journal, test_.clock().Now())) << "it is read back soon";
  v1::ResolveSyncOperationRequest request;
  request.set_name(kOperation);
  request.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("looked at it");
  EXPECT_TRUE(test_.store()
                  .WriteAndWait([&](store::Transaction& transaction) {
                    return ResolveSyncOperation(test_.environment(), test_.Call(), request,
                                                transaction)
                        .status();
                  })
                  .ok());
}

// The call that stored the outcome has read its clock a moment later.
TEST_F(RecoverTest, APersonIsntLetOnByAMoment) {
  Leave(v1::SyncOperation::PUSHING);
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  test_.clock().Advance(-absl::Milliseconds(5));
  v1::ResolveSyncOperationRequest request;
  request.set_name(kOperation);
  request.set_resolution(v1::ResolveSyncOperationRequest::NOT_APPLIED);
  request.set_note("looked at it");
  EXPECT_EQ(ReasonOf(test_.store().WriteAndWait([&](store::Transaction& transaction) {
              return ResolveSyncOperation(test_.environment(), test_.Call(), request, transaction)
                  .status();
            })),
            v1::NO_ATTENTION_NEEDED);
}

TEST_F(RecoverTest, LeavesAnExportToAPersonAndNamesIt) {
  store::SyncOperationRow row;
  row.operation.set_name("firms/f/syncOperations/o");
  row.operation.set_kind(v1::SyncOperation::EXPORT);
  row.operation.set_state(v1::SyncOperation::PUSHING);
  row.operation.set_profile("firms/f/profiles/p");
  row.operation.set_add_on("firms/f/addOns/a");
  row.operation.add_field_results()->set_direction(v1::TO_PRACTICE);
  row.journal.mutable_export_journal()->set_search_text("A Ltd");
  const absl::Time now = test_.clock().Now();
  ASSERT_TRUE(test_.store()
                  .WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
                    ASSIGN_OR_RETURN(const store::Lease lease,
                                     transaction.AcquireLease(store::ExportLeaseKey(kOperation),
                                                              "o", now, now + absl::Minutes(2)));
                    row.fence = lease.fence;
                    return transaction.PutSyncOperation(row);
                  })
                  .ok());
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::PUSHING) << "its lease is held";
  test_.clock().Advance(absl::Minutes(3));
  ASSERT_TRUE(RecoverOperations(test_.environment()).ok());
  EXPECT_EQ(Operation().operation.state(), v1::SyncOperation::NEEDS_ATTENTION);
  EXPECT_EQ(Operation().operation.field_results(0).outcome(), v1::FieldResult::UNKNOWN);
  EXPECT_NE(Operation().operation.error().message(), "");
  EXPECT_EQ(Operation().journal.export_journal().search_text(), "A Ltd");
  EXPECT_GT(Operation().fence, row.fence) << "the old holder can't store an outcome any more";
}

}  // namespace
}  // namespace profilesync::sync
