#include "server/app/process.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/synchronization/mutex.h"

namespace profilesync::app {
namespace {

// Takes what comes of `signals` for half a second, or until stopped.
void SwallowRepeats(const sigset_t& signals, const std::stop_token& stopped) {
  using Clock = std::chrono::steady_clock;
  const timespec moment{.tv_sec = 0, .tv_nsec = 20'000'000};  // for it sees no stop meanwhile
  const Clock::time_point end = Clock::now() + std::chrono::milliseconds(500);
  while (Clock::now() < end && !stopped.stop_requested()) {
    sigtimedwait(&signals, nullptr, &moment);
  }
  const timespec none{};
  while (sigtimedwait(&signals, nullptr, &none) > 0) {
  }
}

}  // namespace

void ForbidCoreFiles() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void EndDeadlockDetection() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

std::vector<std::string> EnvironmentVariables() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::Wait() const {
  int signal = 0;
  sigwait(&signals_, &signal);
}

// One thread that doesn't block a signal is enough for it to end the process.
void StopSignals::Release() {
  released_ = std::jthread([signals = signals_](const std::stop_token& stopped) {
    SwallowRepeats(signals, stopped);
    if (stopped.stop_requested()) {
      return;  // a last one mustn't take the exit code of a stop that is done
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stopped, [] { return false; });
  });
}

}  // namespace profilesync::app
