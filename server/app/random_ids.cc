#include "server/app/random_ids.h"

#include <sodium.h>

#include <array>
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

std::string RandomIds::NewSecret() {
  constexpr std::size_t kBytes = 32;
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<unsigned char, kBytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  std::string text(sodium_base64_ENCODED_LEN(kBytes, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

}  // namespace profilesync::app
