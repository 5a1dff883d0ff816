#include "server/model/guarded_budget.h"

#include <utility>

#include "common/error.h"
#include "common/status.h"
#include "server/verb/find.h"

namespace profilesync::model {
namespace {

// Of a call that nobody counts.
class Uncounted final : public connector::CallBudget::Permit {
 public:
  void Report(const connector::BudgetReport&) override {}
};

class GuardedBudget final : public connector::CallBudget {
 public:
  GuardedBudget(const Environment& environment, std::string add_on,
                std::shared_ptr<CallBudget> budget)
      : environment_(environment), add_on_(std::move(add_on)), budget_(std::move(budget)) {}

  absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time begin_by,
                                                absl::Duration longest) override {
    std::unique_ptr<Permit> permit = std::make_unique<Uncounted>();
    if (budget_ != nullptr) {
      ASSIGN_OR_RETURN(permit, budget_->Begin(begin_by, longest));
    }
    RETURN_IF_ERROR(CheckWrites());
    return permit;
  }

  absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int calls, absl::Time expiry) override {
    std::shared_ptr<CallBudget> aside;
    if (budget_ != nullptr) {
      ASSIGN_OR_RETURN(aside, budget_->SetAside(calls, expiry));
    }
    return std::make_shared<GuardedBudget>(environment_, add_on_, std::move(aside));
  }

 private:
  absl::Status CheckWrites() const {
    return environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
      ASSIGN_OR_RETURN(const v1::AddOn add_on, verb::FindActiveAddOn(reader, add_on_));
      return add_on.has_write_suspension()
                 ? MakeError(absl::StatusCode::kFailedPrecondition, v1::WRITES_SUSPENDED,
                             "writes of " + add_on_ + " were suspended before this one was sent",
                             {{"add_on", add_on_}})
                 : absl::OkStatus();
    });
  }

  const Environment& environment_;
  const std::string add_on_;
  const std::shared_ptr<CallBudget> budget_;
};

}  // namespace

std::shared_ptr<connector::CallBudget> WhileWritesGoOn(
    const Environment& environment, std::string add_on,
    std::shared_ptr<connector::CallBudget> budget) {
  return std::make_shared<GuardedBudget>(environment, std::move(add_on), std::move(budget));
}

}  // namespace profilesync::model
