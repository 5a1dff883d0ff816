// Each call that goes out is begun in the tenant's budget first, and tells it what came back.
#include <algorithm>
#include <atomic>

#include "tests/contract/connector/connector_contract.h"

namespace profilesync::connector {
namespace {

// Counts, and refuses once it is told to.
class CountingBudget final : public CallBudget {
 public:
  absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time /*begin_by*/,
                                                absl::Duration longest) override {
    if (refusing) {
      return MakeError(absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED,
                       "used up");
    }
    EXPECT_GT(longest, absl::ZeroDuration());
    EXPECT_LE(longest, absl::Hours(24));
    ++begun;
    ++under_way;
    return std::make_unique<Counted>(this);
  }
  absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int, absl::Time) override {
    return absl::UnimplementedError("no connector sets calls aside");
  }

  bool refusing = false;
  int begun = 0;
  int under_way = 0;
  std::vector<BudgetReport> reports;

 private:
  class Counted final : public Permit {
   public:
    explicit Counted(CountingBudget* budget) : budget_(budget) {}
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() override { --budget_->under_way; }
    void Report(const BudgetReport& report) override { budget_->reports.push_back(report); }

   private:
    CountingBudget* const budget_;
  };
};

class Counting {
 public:
  explicit Counting(Tenant tenant) : tenant_(std::move(tenant)) { tenant_.budget = budget_; }
  const Tenant& tenant() const { return tenant_; }
  CountingBudget& budget() { return *budget_; }

 private:
  const std::shared_ptr<CountingBudget> budget_ = std::make_shared<CountingBudget>();
  Tenant tenant_;
};

}  // namespace

TEST_P(ConnectorContract, BeginsEveryCallInTheBudget) {
  const std::string id = side_->Add(Individual());
  Counting counting(tenant_);
  int expected = 0;
  const auto after = [&](const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(counting.budget().begun, ++expected);
    EXPECT_EQ(counting.budget().begun, side_->calls());
    EXPECT_EQ(counting.budget().under_way, 0);
    EXPECT_EQ(counting.budget().reports.size(), static_cast<std::size_t>(expected));
  };
  const auto fetched = connector().Get(counting.tenant(), id, options_);
  after(fetched.status());
  after(connector().Search(counting.tenant(), "a", 10, "", options_).status());
  after(connector().Search(counting.tenant(), "", 10, "", options_).status());
  int listed = 0;
  const auto receive = [&](const type::PracticeClient&) {
    EXPECT_EQ(counting.budget().under_way, 1);
    ++listed;
    return absl::OkStatus();
  };
  after(connector().List(counting.tenant(), {}, receive, options_));
  EXPECT_EQ(listed, 1);
  UpdateRequest update{.client_id = id, .expected = *fetched};
  update.values.set_website("https://new.example");
  after(connector().Update(counting.tenant(), update, options_).status);
  if (connector().Describe().creates_clients) {
    CreateRequest create = RequestForNew();
    create.values.clear_tax_number();  // which another client has
    after(connector().Create(counting.tenant(), create, options_).status);
  }
}

TEST_P(ConnectorContract, SendsNothingThatTheBudgetRefuses) {
  const std::string id = side_->Add(Individual());
  UpdateRequest update{.client_id = id, .expected = Fetch(id)};
  update.values.set_website("https://new.example");
  const int before = side_->calls();
  Counting counting(tenant_);
  counting.budget().refusing = true;
  const auto expect_refused = [&](const absl::Status& status) {
    EXPECT_THAT(status,
                IsError(absl::StatusCode::kResourceExhausted, v1::PRACTICE_BUDGET_EXHAUSTED));
  };
  expect_refused(connector().Get(counting.tenant(), id, options_).status());
  expect_refused(connector().Search(counting.tenant(), "a", 10, "", options_).status());
  const auto receive = [](const type::PracticeClient&) { return absl::OkStatus(); };
  expect_refused(connector().List(counting.tenant(), {}, receive, options_));
  const UpdateResult written = connector().Update(counting.tenant(), update, options_);
  EXPECT_EQ(written.outcome, UpdateResult::Outcome::kRefused);
  expect_refused(written.status);
  if (connector().Describe().creates_clients) {
    const CreateResult created = connector().Create(counting.tenant(), RequestForNew(), options_);
    EXPECT_EQ(created.outcome, UpdateResult::Outcome::kRefused);
    expect_refused(created.status);
  }
  EXPECT_EQ(side_->calls(), before);
}

TEST_P(ConnectorContract, TellsTheBudgetThatACallWasOneTooMany) {
  const std::string id = side_->Add(Individual());
  Counting counting(tenant_);
  const auto closed_for = [&](Trouble trouble) {
    counting.budget().reports.clear();
    side_->Break(Operation::kGet, trouble);
    EXPECT_FALSE(connector().Get(counting.tenant(), id, options_).ok());
    EXPECT_EQ(counting.budget().reports.size(), 1U);
    return counting.budget().reports.front().closed_for;
  };
  EXPECT_EQ(closed_for(Trouble::kRateLimit), absl::Seconds(22));
  EXPECT_TRUE(closed_for(Trouble::kConcurrencyLimit).has_value());
  EXPECT_FALSE(closed_for(Trouble::kServerError).has_value());
  EXPECT_FALSE(closed_for(Trouble::kServerPage).has_value());
}

}  // namespace profilesync::connector
