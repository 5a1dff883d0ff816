#include "server/budget/budgets.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/status.h"
#include "server/budget/line.h"

namespace profilesync::budget {
namespace {

// What a call may take besides its own time, until its end is stored.
constexpr absl::Duration kForWrites = absl::Seconds(10);
// Whoever waits longer for a place among the calls in flight reserves anew.
constexpr absl::Duration kLongestReservation = absl::Minutes(10);

// Changes the account's ledger, as a body of one write.
template <typename Change>
absl::Status ChangeLedger(const Account& account, absl::Time now, store::Transaction& transaction,
                          Change change) {
  ASSIGN_OR_RETURN(auto stored,
                   transaction.FindCallLedger(account.practice_system, account.tenant_id));
  if (!stored) {
    stored.emplace();
  }
  Ledger ledger(&*stored, account.limits, now);
  RETURN_IF_ERROR(change(ledger));
  return transaction.PutCallLedger(account.practice_system, account.tenant_id, *stored);
}

// What an account's budgets and permits share.
struct Shared {
  store::Store& store;
  const Clock& clock;
  const Account account;
  const std::shared_ptr<Line> line;

  template <typename Change>
  absl::Status Write(Change change) const {
    return store.WriteAndWait([&](store::Transaction& transaction) {
      return ChangeLedger(account, clock.Now(), transaction, change);
    });
  }
};

// Ends a call, or gives reservations back, without waiting: if it can't be stored they end at their
// expiry.
void WriteLater(const std::shared_ptr<const Shared>& shared, std::function<void(Ledger&)> change) {
  const absl::Time now = shared->clock.Now();
  shared->store.Write(
      [shared, now, change = std::move(change)](store::Transaction& transaction) {
        return ChangeLedger(shared->account, now, transaction, [&](Ledger& ledger) {
          change(ledger);
          return absl::OkStatus();
        });
      },
      [line = shared->line](const absl::Status&) { line->Notify(); });
}

class StoredPermit final : public connector::CallBudget::Permit {
 public:
  StoredPermit(std::shared_ptr<const Shared> shared, std::int64_t id)
      : shared_(std::move(shared)), id_(id) {}
  StoredPermit(const StoredPermit&) = delete;
  StoredPermit& operator=(const StoredPermit&) = delete;
  ~StoredPermit() override {
    WriteLater(shared_, [id = id_, report = report_](Ledger& ledger) { ledger.End(id, report); });
  }

  void Report(const connector::BudgetReport& report) override { report_ = report; }

 private:
  const std::shared_ptr<const Shared> shared_;
  const std::int64_t id_;
  connector::BudgetReport report_;
};

class StoredBudget final : public connector::CallBudget {
 public:
  StoredBudget(std::shared_ptr<const Shared> shared, std::vector<std::int64_t> set_aside)
      : shared_(std::move(shared)), set_aside_(std::move(set_aside)) {}
  StoredBudget(const StoredBudget&) = delete;
  StoredBudget& operator=(const StoredBudget&) = delete;
  ~StoredBudget() override;

  absl::StatusOr<std::unique_ptr<Permit>> Begin(absl::Time begin_by,
                                                absl::Duration longest) override;
  absl::StatusOr<std::shared_ptr<CallBudget>> SetAside(int calls, absl::Time expiry) override;

 private:
  std::optional<std::int64_t> TakeSetAside();
  // Reserves calls until `expiry`, but not for ever.
  absl::StatusOr<std::vector<std::int64_t>> Reserve(int calls, absl::Time expiry) const;
  // Reserves a call where `id` has none, and begins it if there is a place.
  absl::StatusOr<bool> TryBegin(std::optional<std::int64_t>* id, absl::Time begin_by,
                                absl::Duration longest) const;

  const std::shared_ptr<const Shared> shared_;
  Mutex mutex_;
  std::vector<std::int64_t> set_aside_ ABSL_GUARDED_BY(mutex_);
};

StoredBudget::~StoredBudget() {
  MutexLock lock(&mutex_);
  if (!set_aside_.empty()) {
    WriteLater(shared_, [ids = set_aside_](Ledger& ledger) {
      for (const std::int64_t id : ids) {
        ledger.Cancel(id);
      }
    });
  }
}

std::optional<std::int64_t> StoredBudget::TakeSetAside() {
  MutexLock lock(&mutex_);
  if (set_aside_.empty()) {
    return std::nullopt;
  }
  const std::int64_t id = set_aside_.back();
  set_aside_.pop_back();
  return id;
}

absl::StatusOr<std::vector<std::int64_t>> StoredBudget::Reserve(int calls,
                                                                absl::Time expiry) const {
  std::vector<std::int64_t> ids;
  RETURN_IF_ERROR(shared_->Write([&](Ledger& ledger) {
    const absl::Time latest = shared_->clock.Now() + kLongestReservation;
    return ledger.Reserve(calls, shared_->account.priority, std::min(expiry, latest), &ids);
  }));
  return ids;
}

absl::StatusOr<bool> StoredBudget::TryBegin(std::optional<std::int64_t>* id, absl::Time begin_by,
                                            absl::Duration longest) const {
  bool begun = false;
  std::optional<std::int64_t> reserved = *id;
  RETURN_IF_ERROR(shared_->Write([&](Ledger& ledger) -> absl::Status {
    const absl::Time now = shared_->clock.Now();
    if (!reserved) {
      std::vector<std::int64_t> ids;
      RETURN_IF_ERROR(ledger.Reserve(1, shared_->account.priority,
                                     std::min(begin_by, now + kLongestReservation), &ids));
      reserved = ids.front();
    }
    absl::StatusOr<bool> started = ledger.Start(*reserved, now + longest + kForWrites);
    if (absl::IsNotFound(started.status())) {
      reserved.reset();  // a new one is reserved at the next attempt
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(started.status());
    begun = *started;
    return absl::OkStatus();
  }));
  *id = reserved;
  return begun;
}

absl::StatusOr<std::unique_ptr<connector::CallBudget::Permit>> StoredBudget::Begin(
    absl::Time begin_by, absl::Duration longest) {
  std::optional<std::int64_t> id = TakeSetAside();
  if (!id && !shared_->line->Idle()) {
    // Whoever would wait for nothing is told at once.
    ASSIGN_OR_RETURN(const std::vector<std::int64_t> ids, Reserve(1, begin_by));
    id = ids.front();
  }
  const absl::Status begun = shared_->line->WaitFor(
      [&] { return TryBegin(&id, begin_by, longest); }, begin_by, shared_->clock);
  if (!begun.ok()) {
    if (id) {
      WriteLater(shared_, [id = *id](Ledger& ledger) { ledger.Cancel(id); });
    }
    return begun;
  }
  return std::make_unique<StoredPermit>(shared_, *id);
}

absl::StatusOr<std::shared_ptr<connector::CallBudget>> StoredBudget::SetAside(int calls,
                                                                              absl::Time expiry) {
  ASSIGN_OR_RETURN(std::vector<std::int64_t> ids, Reserve(calls, expiry));
  return std::make_shared<StoredBudget>(shared_, std::move(ids));
}

}  // namespace

absl::StatusOr<Left> LeftOf(const Account& account, absl::Time now, const store::Reader& reader) {
  ASSIGN_OR_RETURN(auto stored, reader.FindCallLedger(account.practice_system, account.tenant_id));
  if (!stored) {
    stored.emplace();
  }
  const Ledger ledger(&*stored, account.limits, now);
  return Left{ledger.minute_remaining(), ledger.day_remaining(), ledger.closed_until()};
}

std::shared_ptr<connector::CallBudget> Budgets::Of(const Account& account) {
  return std::make_shared<StoredBudget>(
      std::make_shared<const Shared>(Shared{store_, clock_, account, LineOf(account)}),
      std::vector<std::int64_t>());
}

std::shared_ptr<Line> Budgets::LineOf(const Account& account) {
  const std::string key = absl::StrCat(account.practice_system, "/", account.tenant_id, "/",
                                       static_cast<int>(account.priority));
  MutexLock lock(&mutex_);
  std::weak_ptr<Line>& known = lines_[key];
  std::shared_ptr<Line> line = known.lock();
  if (line == nullptr) {
    line = std::make_shared<Line>();
    known = line;
  }
  return line;
}

}  // namespace profilesync::budget
