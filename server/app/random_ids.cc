#include "server/app/random_ids.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/random/random.h"

namespace profilesync::app {

std::string RandomIds::NewId() {
  // Digits before letters, as they sort; without i, l, o and u, which are misread.
  constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr int kTimeDigits = 10;
  constexpr int kRandomDigits = 16;
  std::string id(kTimeDigits + kRandomDigits, '0');
  auto time = static_cast<std::uint64_t>(absl::ToUnixMillis(clock_.Now()));
  for (int i = kTimeDigits - 1; i >= 0; --i) {
    id[i] = kDigits[time % kDigits.size()];
    time /= kDigits.size();
  }
  // An id is no secret, and a system call for each would be a part of what a quick call costs.
  static thread_local absl::BitGen random;
  for (int i = 0; i < kRandomDigits; ++i) {
    id[kTimeDigits + i] = kDigits[absl::Uniform<std::size_t>(random, 0, kDigits.size())];
  }
  return id;
}

}  // namespace profilesync::app
