#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "tests/robustness/load/audit.h"
#include "tests/robustness/load/requests.h"
#include "tests/robustness/load/world.h"

namespace profilesync::testing {

// What a server is at work on while it is killed.
struct Task {
  // What it is asked for; an empty function: it goes on by itself with what an earlier one left.
  Ask ask;
  std::string request_id;  // of `ask`
  // What the practice had at first, see ExpectSettled.
  Elements first;
  // What else must be so in the end.
  std::function<void(World&, const Held&)> check;
};

// One kind of work, and every failpoint that it comes past: the server is killed at each.
struct Scenario {
  std::string name;
  // In a world whose server runs; it doesn't when this returns.
  std::function<Task(World&)> prepare;
  std::vector<std::string> points;
  // Whether the work goes on when the call has been answered, or without one.
  bool in_background = false;
  // Whether the server has never run on the folder.
  bool first_start = false;
};

inline void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.name; }

const std::vector<Scenario>& Scenarios();

// Failpoints where other tests kill the server, and which.
const std::map<std::string, std::string>& PointsOfOtherTests();

// Those of the store, which all work comes past: each scenario is killed there too.
const std::vector<std::string>& StorePoints();

}  // namespace profilesync::testing
