#include "server/budget/line.h"

#include <algorithm>
#include <stop_token>

#include "absl/cleanup/cleanup.h"
#include "common/error.h"
#include "common/status.h"
#include "server/connector/stop.h"

namespace profilesync::budget {
namespace {

// Other processes' places come free without a notice.
constexpr absl::Duration kLookAgain = absl::Milliseconds(100);

}  // namespace

absl::Status Line::WaitFor(const std::function<absl::StatusOr<bool>()>& attempt,
                           absl::Time deadline, const Clock& clock) {
  Waiter waiter;
  Enter(&waiter);
  const absl::Cleanup leave = [&] { Leave(&waiter); };
  const std::stop_callback stop(connector::StopOfThread(), [&] {
    waiter.stopped = true;
    Notify();
  });
  while (true) {
    RETURN_IF_ERROR(AwaitTurn(&waiter, deadline, clock));
    ASSIGN_OR_RETURN(const bool admitted, attempt());
    if (admitted) {
      return absl::OkStatus();
    }
  }
}

void Line::Notify() {
  {
    MutexLock lock(&mutex_);
    ++notices_;
  }
  changed_.NotifyAll();
}

bool Line::Idle() const {
  MutexLock lock(&mutex_);
  return waiting_.empty();
}

void Line::Enter(Waiter* waiter) {
  MutexLock lock(&mutex_);
  waiting_.push_back(waiter);
}

void Line::Leave(Waiter* waiter) {
  {
    MutexLock lock(&mutex_);
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), waiter));
  }
  changed_.NotifyAll();
}

absl::Status Line::AwaitTurn(Waiter* waiter, absl::Time deadline, const Clock& clock) {
  MutexLock lock(&mutex_);
  bool look_again = !waiter->tried;
  while (true) {
    if (waiter->stopped) {
      return MakeError(absl::StatusCode::kUnavailable, v1::SHUTTING_DOWN,
                       "the server is shutting down");
    }
    if (waiting_.front() == waiter && (look_again || notices_ != waiter->seen_notices)) {
      waiter->tried = true;
      waiter->seen_notices = notices_;
      return absl::OkStatus();
    }
    const absl::Duration left = deadline - clock.Now();
    if (left <= absl::ZeroDuration()) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, v1::PRACTICE_SYSTEM_UNAVAILABLE,
                       "the deadline passed before it was the call's turn");
    }
    look_again = !changed_.WaitFor(&mutex_, std::min(left, kLookAgain)) || !waiter->tried;
  }
}

}  // namespace profilesync::budget
