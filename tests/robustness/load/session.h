#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/robustness/load/client.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// What the environment needs for a seed to be run where `last` is the last of a test's own: "" or
// " PROFILESYNC_MORE_SEEDS=5".
std::string SeedVariable(unsigned seed, unsigned last);

// Several clients at work on one server, which ends and is started on its store again and again.
class Session {
 public:
  explicit Session(unsigned seed, int clients = 4);

  World& world() { return world_; }
  std::mt19937& random() { return random_; }

  // Lets the clients work on the server that runs until it is gone: when `end` makes it so, once so
  // many more requests are acknowledged or the time is over.
  void WorkUntilEnd(int requests, absl::Duration longest, const std::function<void()>& end);
  // The same, and the server stays.
  void Work(int requests, absl::Duration longest);

  // On a server that was started since: what must hold though recovery is still at it.
  void ExpectKept();
  // What no client has an answer to is asked again, all is settled, and all must hold. The server
  // that runs must be a sound one.
  void ExpectSettled();

  int acknowledged() const;
  // How many operations there are of each kind and state, and what was acknowledged.
  std::string Summary() const;

 private:
  World world_;
  std::mt19937 random_;
  Links links_;
  Elements first_;
  std::vector<std::unique_ptr<LoadClient>> clients_;
  Held held_;  // as it was last
};

}  // namespace profilesync::testing
