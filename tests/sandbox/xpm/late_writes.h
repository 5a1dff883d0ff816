#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace profilesync::xpm_sandbox {

// Writes whose callers have been told that they failed, or nothing, and that are carried out later
// all the same. Thread-safe.
class LateWrites {
 public:
  LateWrites() = default;
  ~LateWrites() { Stop(); }

  LateWrites(const LateWrites&) = delete;
  LateWrites& operator=(const LateWrites&) = delete;

  // `apply` runs once, after `delay` of real time or in ApplyAll(); with a delay of zero, in
  // ApplyAll() alone. Never at once with another.
  void Add(std::function<void()> apply, absl::Duration delay);
  // Carries out all that wait, in the order of their addition, and returns when that is done.
  void ApplyAll();
  // Those that wait or are being carried out.
  int waiting() const;
  // Drops those that wait, now and later, and waits for one that is being carried out.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;

  struct Write {
    std::function<void()> apply;
    std::optional<Clock::time_point> due;
  };

  void RunTimer();
  // When the next is due. Needs mutex_.
  std::optional<Clock::time_point> NextDue() const;
  // Takes and carries out the oldest that is due by then, or of all; false when there is none.
  bool ApplyOne(std::optional<Clock::time_point> by);

  mutable std::mutex mutex_;
  std::mutex applying_;  // held while one is carried out, taken before mutex_
  std::condition_variable wake_;
  std::vector<Write> writes_;  // oldest first
  std::thread timer_;          // runs from the first write with a delay
  int under_way_ = 0;
  bool stopped_ = false;
};

}  // namespace profilesync::xpm_sandbox
