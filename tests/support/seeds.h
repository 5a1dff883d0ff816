#pragma once

#include <vector>

namespace profilesync::testing {

// The number that the environment variable says, `usual` without it. Ends the program where it says
// something else: tests that are left out unnoticed are worse.
int CountFrom(const char* variable, int usual);

// The seeds that a random test runs with: `own`, the same at each run, and behind them as many more
// as the environment variable PROFILESYNC_MORE_SEEDS says, none of them `own`'s. The target
// long_runs sets it.
std::vector<unsigned> Seeds(const std::vector<unsigned>& own);

}  // namespace profilesync::testing
