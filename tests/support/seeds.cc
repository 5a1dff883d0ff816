#include "tests/support/seeds.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/numbers.h"

namespace profilesync::testing {

int CountFrom(const char* variable, int usual) {
  const char* const text = std::getenv(variable);
  int count = usual;
  if (text != nullptr && (!absl::SimpleAtoi(text, &count) || count < 0)) {
    std::abort();
  }
  return count;
}

std::vector<unsigned> Seeds(const std::vector<unsigned>& own) {
  const int more = CountFrom("PROFILESYNC_MORE_SEEDS", 0);
  std::vector<unsigned> seeds = own;
  const unsigned largest = own.empty() ? 0 : *std::max_element(own.begin(), own.end());
  for (int i = 1; i <= more; ++i) {
    seeds.push_back(largest + i);
  }
  return seeds;
}

}  // namespace profilesync::testing
