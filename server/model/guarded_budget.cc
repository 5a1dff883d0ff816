#include "server/model/guarded_budget.h"

#include <functional>
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

using Check = std::function<absl::Status(const store::Reader&)>;

class GuardedBudget final : public connector::CallBudget {
 public:
  GuardedBudget(const Environment& environment, Check check, std::shared_ptr<CallBudget> budget)
      : environment_(environment), check_(std::move(check)), budget_(std::move(budget)) {}

  absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time begin_by,
                                                absl::Duration longest) override {
    std::unique_ptr<Permit> permit = std::make_unique<Uncounted>();
    if (budget_ != nullptr) {
      ASSIGN_OR_RETURN(permit, budget_->Begin(begin_by, longest));
    }
    RETURN_IF_ERROR(environment_.store.Read(check_));
    return permit;
  }

  absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int calls, absl::Time expiry) override {
    std::shared_ptr<CallBudget> aside;
    if (budget_ != nullptr) {
      ASSIGN_OR_RETURN(aside, budget_->SetAside(calls, expiry));
    }
    return std::make_shared<GuardedBudget>(environment_, check_, std::move(aside));
  }

 private:
  const Environment& environment_;
  const Check check_;
  const std::shared_ptr<CallBudget> budget_;
};

absl::Status CheckHeld(const HeldLease& lease, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const auto last, reader.FindLease(lease.key));
  return last && last->fence == lease.fence
             ? absl::OkStatus()
             : MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                         "another operation had taken over before this write was sent");
}

absl::Status CheckWrites(const std::string& add_on_name, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const v1::AddOn add_on, verb::FindActiveAddOn(reader, add_on_name));
  return add_on.has_write_suspension()
             ? MakeError(absl::StatusCode::kFailedPrecondition, v1::WRITES_SUSPENDED,
                         "writes of " + add_on_name + " were suspended before this one was sent",
                         {{"add_on", add_on_name}})
             : absl::OkStatus();
}

}  // namespace

std::shared_ptr<connector::CallBudget> WhileHeld(const Environment& environment, HeldLease lease,
                                                 std::shared_ptr<connector::CallBudget> budget) {
  return std::make_shared<GuardedBudget>(
      environment,
      [lease = std::move(lease)](const store::Reader& reader) { return CheckHeld(lease, reader); },
      std::move(budget));
}

std::shared_ptr<connector::CallBudget> WhileWritesGoOn(
    const Environment& environment, HeldLease lease, std::string add_on,
    std::shared_ptr<connector::CallBudget> budget) {
  return std::make_shared<GuardedBudget>(
      environment,
      [lease = std::move(lease),
       add_on = std::move(add_on)](const store::Reader& reader) -> absl::Status {
        RETURN_IF_ERROR(CheckHeld(lease, reader));
        return CheckWrites(add_on, reader);
      },
      std::move(budget));
}

}  // namespace profilesync::model
