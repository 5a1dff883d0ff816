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
  GuardedBudgetTest() { Store(v1::AddOn::ACTIVE, /*suspended=*/false); }

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
  const std::shared_ptr<CountingBudget> inner_ = std::make_shared<CountingBudget>();
};

TEST_F(GuardedBudgetTest, AWriteWhoseTurnComesAfterASuspensionIsRefused) {
  const auto budget = WhileWritesGoOn(test_.environment(), kAddOn, inner_);
  EXPECT_TRUE(Begin(*budget).ok());
  Store(v1::AddOn::ACTIVE, /*suspended=*/true);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::WRITES_SUSPENDED);
  EXPECT_EQ(inner_->begun, 2);
  auto aside = budget->SetAside(3, absl::InfiniteFuture());
  ASSERT_TRUE(aside.ok());
  EXPECT_EQ(ReasonOf(Begin(**aside)), v1::WRITES_SUSPENDED);
}

TEST_F(GuardedBudgetTest, SoIsOneOfAnAddOnThatIsNoLongerInUse) {
  const auto budget = WhileWritesGoOn(test_.environment(), kAddOn, inner_);
  Store(v1::AddOn::DEACTIVATED, /*suspended=*/false);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::ADD_ON_NOT_ACTIVE);
}

TEST_F(GuardedBudgetTest, UncountedCallsAreGuardedToo) {
  const auto budget = WhileWritesGoOn(test_.environment(), kAddOn, nullptr);
  EXPECT_TRUE(Begin(*budget).ok());
  Store(v1::AddOn::ACTIVE, /*suspended=*/true);
  EXPECT_EQ(ReasonOf(Begin(*budget)), v1::WRITES_SUSPENDED);
}

}  // namespace
}  // namespace profilesync::model
