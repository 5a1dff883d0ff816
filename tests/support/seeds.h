#pragma once

#include <vector>

namespace profilesync::testing {

// The seeds that a random test runs with: `own`, the same at each run, and behind them as many more
// as the environment variable PROFILESYNC_MORE_SEEDS says, none of them `own`'s. The target
// long_runs sets it.
std::vector<unsigned> Seeds(const std::vector<unsigned>& own);

}  // namespace profilesync::testing
