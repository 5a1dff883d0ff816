#include "tests/sandbox/xpm/state.h"

#include <algorithm>

#include "tests/sandbox/xpm/generate.h"

namespace profilesync::xpm_sandbox {

std::vector<std::string> State::AddGeneratedClients(int count, uint64_t seed) {
  std::vector<std::string> uuids;
  const absl::Time now = clock();
  for (uint64_t index = 0; uuids.size() < static_cast<size_t>(std::max(0, count)); ++index) {
    ClientRecord client = GeneratedClient(seed, index, store.practice());
    client.modified = now;
    // One that is there came with an earlier call: the next ones are others.
    const auto kept = store.Add(std::move(client));
    if (kept.ok()) uuids.push_back((*kept)->uuid);
  }
  return uuids;
}

}  // namespace profilesync::xpm_sandbox
