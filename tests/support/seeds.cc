#include "tests/support/seeds.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/numbers.h"

namespace profilesync::testing {

std::vector<unsigned> Seeds(const std::vector<unsigned>& own) {
  const char* const text = std::getenv("PROFILESYNC_MORE_SEEDS");
  unsigned more = 0;
  if (text != nullptr && !absl::SimpleAtoi(text, &more)) {
    std::abort();  // tests that are left out unnoticed are worse
  }
  std::vector<unsigned> seeds = own;
  const unsigned largest = own.empty() ? 0 : *std::max_element(own.begin(), own.end());
  for (unsigned i = 1; i <= more; ++i) {
    seeds.push_back(largest + i);
  }
  return seeds;
}

}  // namespace profilesync::testing
