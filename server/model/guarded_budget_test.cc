#include "server/model/guarded_budget.h"

#include <gtest/gtest.h>

#include "common/error.h"
#include "common/status.h"
#include "tests/support/test_environment.h"

namespace profilesync::model {
namespace {

constexpr char kAddOn[] = "firms/f/addOns/a";

// Of calls that all have their turn at once.
class CountingBudget final : public connector::CallBudget {
 public:
  absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time, absl::Duration) override {
    ++begun;
    return std::make_unique<CountedPermit>();
  }
  absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int, absl::Time) override {
    return std::make_shared<CountingBudget>();
  }

  int begun = 0;

 private:
  struct CountedPermit final : Permit {
    void Report(const connector::BudgetReport&) override {}
  };
};

class GuardedBudgetTest : public ::testing::Test {
 protected:
  GuardedBudgetTest() {
    Store(v1::AddOn::ACTIVE, /*suspended=*/false);
    lease_.fence = Take("holder");
  }

  // Takes the lease, which is over a minute later. Returns its fence.
  std::int64_t Take(const std::string& holder) {
    std::int64_t fence = 0;
    const absl::Time now = test_.clock().Now();
    const absl::Status taken =
        test_.store().WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(
              const store::Lease lease,
              transaction.AcquireLease(lease_.key, holder, now, now + absl::Minutes(1)));
          fence = lease.fence;
          return absl::OkStatus();
        });
    EXPECT_TRUE(taken.ok()) << taken;
    return fence;
  }

  void Store(v1::AddOn::State state, bool suspended) {
    v1::Firm firm;
    firm.set_name("firms/f");
    v1::AddOn add_on;
    add_on.set_name(kAddOn);
    add_on.set_practice_system("practiceSystems/xpm");
    add_on.set_tenant_id("t");
    add_on.set_state(state);
    if (suspended) {
      add_on.mutable_write_suspension()->set_reason("harm");
    }
    const absl::Status stored =
        test_.store().WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
          RETURN_IF_ERROR(transaction.PutFirm(firm));
          return transaction.PutAddOn(add_on);
        });
    ASSERT_TRUE(stored.ok()) << stored;
  }
  static absl::Status Begin(connector::CallBudget& budget) {
    return budget.Begin(absl::InfiniteFuture(), absl::Seconds(1)).status();
  }

  testing::TestEnvironment test_;
  HeldLease lease_{.key = "link:l"};
  const std::shared_ptr<CountingBudget> inner_ = std::make_shared<CountingBudget>();
};

TEST_F(GuardedBudgetTest, AWriteWhoseTurnComesAfterASuspensionIsRefused) {
  const auto budget = WhileWritesGoOn(test_.environment(), lease_, kAddOn, inner_);
  EXPECT_TRUE(Begin(*budget).ok());
  Store(v1::AddOn::ACTIVE, /*suspended=*/true);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::WRITES_SUSPENDED);
  EXPECT_EQ(inner_->begun, 2);
  auto aside = budget->SetAside(3, absl::InfiniteFuture());
  ASSERT_TRUE(aside.ok());
  EXPECT_EQ(ReasonOf(Begin(**aside)), v1::WRITES_SUSPENDED);
}

TEST_F(GuardedBudgetTest, SoIsOneOfAnAddOnThatIsNoLongerInUse) {
  const auto budget = WhileWritesGoOn(test_.environment(), lease_, kAddOn, inner_);
  Store(v1::AddOn::DEACTIVATED, /*suspended=*/false);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::ADD_ON_NOT_ACTIVE);
}

TEST_F(GuardedBudgetTest, UncountedCallsAreGuardedToo) {
  const auto budget = WhileWritesGoOn(test_.environment(), lease_, kAddOn, nullptr);
  EXPECT_TRUE(Begin(*budget).ok());
  Store(v1::AddOn::ACTIVE, /*suspended=*/true);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::WRITES_SUSPENDED);
}

TEST_F(GuardedBudgetTest, SoIsOneWhoseLeaseAnotherHasTaken) {
  const auto write = WhileWritesGoOn(test_.environment(), lease_, kAddOn, inner_);
  const auto restore = WhileHeld(test_.environment(), lease_, inner_);
  test_.clock().Advance(absl::Minutes(2));
  EXPECT_TRUE(Begin(*write).ok()) << "nobody else has wanted it";
  EXPECT_TRUE(Begin(*restore).ok());
  Take("another");
  EXPECT_EQ(ReasonOf(Begin(*write)), v1::CHANGED_SINCE_READ);
  EXPECT_EQ(ReasonOf(Begin(*restore)), v1::CHANGED_SINCE_READ);
}

}  // namespace
}  // namespace profilesync::model
