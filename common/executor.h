#pragma once

#include <functional>

namespace profilesync {

// Runs jobs on threads of its own. Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  // Queues a job; false, and the job never runs, when too many wait or the executor has ended.
  virtual bool Post(std::function<void()> job) = 0;
};

}  // namespace profilesync
