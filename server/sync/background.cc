#include "server/sync/background.h"

#include <string>
#include <utility>

#include "common/log.h"
#include "common/status.h"
#include "server/sync/recover.h"

namespace profilesync::sync {
namespace {

void LogUnlessOk(std::string_view what, const absl::Status& status) {
  if (!status.ok()) {
    LogWarning(AV(what), " failed: ", status.message());
  }
}

}  // namespace

Background::Background(const Environment& environment, BackgroundOptions options,
                       AutoRefresh::Post post, std::function<absl::Status()> go_on)
    : environment_(environment),
      options_(options),
      go_on_(std::move(go_on)),
      post_(std::move(post)),
      scheduled_refresh_(environment, options.scheduled_refresh,
                         [this](std::function<void()> job) { return Post(std::move(job)); }),
      auto_refresh_(
          environment, options.auto_refresh,
          [this](std::function<void()> job) { return Post(std::move(job)); },
          [this](const std::string& add_on) { return scheduled_refresh_.RunSoon(add_on); }),
      read_backs_(environment, options.read_backs,
                  [this](std::function<void()> job) { return Post(std::move(job)); }),
      restatement_(environment),
      restate_backoff_(options.recover_interval, options.longest_recover_interval),
      recover_backoff_(options.recover_interval, options.longest_recover_interval),
      go_on_backoff_(options.recover_interval, options.longest_recover_interval) {}

Background::~Background() { Stop(); }

absl::Status Background::Start() {
  RETURN_IF_ERROR(RecoverOperations(environment_));
  RETURN_IF_ERROR(go_on_());
  const absl::Time now = environment_.clock.Now();
  between_recoveries_.Begin(now, options_.recover_interval);
  between_goings_on_.Begin(now, options_.recover_interval);
  if (options_.poll_interval < absl::InfiniteDuration()) {
    thread_ = std::thread([this] { Run(); });
  }
  return absl::OkStatus();
}

void Background::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) {
    thread_.join();
  }
}

bool Background::Post(std::function<void()> job) {
  const auto over = [this] {
    MutexLock lock(&mutex_);
    --jobs_;
    idle_.NotifyAll();
  };
  {
    MutexLock lock(&mutex_);
    ++jobs_;
  }
  const bool posted = post_([job = std::move(job), over] {
    job();
    over();
  });
  if (!posted) {
    over();
  }
  return posted;
}

void Background::RunOnce() {
  Round();
  MutexLock lock(&mutex_);
  while (jobs_ > 0) {
    idle_.Wait(&mutex_);
  }
}

void Background::Round() {
  auto_refresh_.Poll();
  scheduled_refresh_.Poll();
  read_backs_.Poll();
  const absl::Time now = environment_.clock.Now();
  if (between_recoveries_.IsOver(now)) {
    Recover(now);
  }
  if (between_goings_on_.IsOver(now)) {
    GoOn(now);
  }
  if (between_tidyings_.IsOver(now)) {
    Tidy();
    between_tidyings_.Begin(now, options_.tidy_interval);
  }
  if (now >= next_restate_) {
    next_restate_ = Restate(now);
  }
}

void Background::Run() {
  while (true) {
    Round();
    MutexLock lock(&mutex_);
    if (!stopping_ && next_restate_ > environment_.clock.Now()) {
      wake_.WaitFor(&mutex_, options_.poll_interval);
    }
    if (stopping_) {
      return;
    }
  }
}

void Background::Recover(absl::Time now) {
  const absl::Status recovered = RecoverOperations(environment_);
  LogUnlessOk("recovery of abandoned operations", recovered);
  between_recoveries_.Begin(now, recover_backoff_.After(recovered.ok()));
}

void Background::GoOn(absl::Time now) {
  const absl::Status gone_on = go_on_();
  LogUnlessOk("going on with long-running operations", gone_on);
  between_goings_on_.Begin(now, go_on_backoff_.After(gone_on.ok()));
}

absl::Time Background::Restate(absl::Time now) {
  const absl::StatusOr<bool> done = restatement_.Step();
  LogUnlessOk("making diffs anew", done.status());
  if (!done.ok()) {
    return now + restate_backoff_.AfterFailure();
  }
  restate_backoff_.Succeeded();
  return *done ? absl::InfiniteFuture() : now;
}

void Background::Tidy() {
  const absl::Time oldest = environment_.clock.Now() - options_.request_id_life;
  LogUnlessOk("forgetting old request ids",
              environment_.store.WriteAndWait([&](store::Transaction& transaction) {
                return transaction.DeleteRequestsBefore(oldest);
              }));
  LogUnlessOk("forgetting old images", ForgetImages());
}

absl::Status Background::ForgetImages() {
  constexpr int kBatch = 50;  // none that keeps other writers waiting
  const absl::Time oldest = environment_.clock.Now() - options_.image_life;
  for (int forgotten = kBatch; forgotten == kBatch;) {
    {
      MutexLock lock(&mutex_);
      if (stopping_) {
        return absl::OkStatus();
      }
    }
    RETURN_IF_ERROR(
        environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(forgotten, transaction.DeleteImagesBefore(oldest, kBatch));
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

}  // namespace profilesync::sync
