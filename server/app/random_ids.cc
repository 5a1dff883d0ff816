#include "server/app/random_ids.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <string_view>

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
  std::array<unsigned char, kRandomDigits> random;
  randombytes_buf(random.data(), random.size());
  for (int i = 0; i < kRandomDigits; ++i) {
    id[kTimeDigits + i] = kDigits[random[i] % kDigits.size()];
  }
  return id;
}

}  // namespace profilesync::app
