#include "server/connector/oauth/pkce.h"

#include <sodium.h>

#include <array>

namespace profilesync::connector::oauth {

std::string CodeChallenge(std::string_view code_verifier) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(code_verifier.data()),
                     code_verifier.size());
  std::string text(sodium_base64_ENCODED_LEN(digest.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), kVariant);
  text.pop_back();  // the terminating zero
  return text;
}

}  // namespace profilesync::connector::oauth
