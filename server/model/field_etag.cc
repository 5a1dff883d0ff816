#include "server/model/field_etag.h"

#include <sodium.h>

#include <array>
#include <cstdint>
#include <initializer_list>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace profilesync::model {
namespace {

// The first part tells link and field, the second the values: a stale etag is told from a foreign
// one. 96 bits of the second leave no chance of a collision that anyone could find without the key;
// the first need only tell an honest caller of a mix-up.
constexpr std::size_t kOwnerBytes = 6;
constexpr std::size_t kValueBytes = 12;
constexpr std::size_t kOwnerCharacters = kOwnerBytes * 4 / 3;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// One text of the parts. Lengths go in too, so that no two lists of parts make the same.
std::string Joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    absl::StrAppend(&text, part.size(), ":", AV(part));
  }
  return text;
}

std::string Encode(const unsigned char* hash, std::size_t size) {
  return absl::WebSafeBase64Escape({reinterpret_cast<const char*>(hash), size});
}

std::string OwnerOf(std::string_view key, const EtagInput& input) {
  static_assert(kOwnerBytes <= crypto_shorthash_BYTES);
  const std::string text = Joined({input.link, input.field});
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), Bytes(text), text.size(), Bytes(key));  // of the key 16 bytes
  return Encode(hash.data(), kOwnerBytes);
}

std::string ValuesOf(std::string_view key, const EtagInput& input) {
  const std::string text =
      Joined({"values", input.link, input.practice_client_id, input.field,
              input.profile_value.SerializeAsString(), input.practice_known ? "known" : "",
              input.practice_value.SerializeAsString(), absl::StrCat(input.mapping_revision),
              input.pending_operation});
  std::array<unsigned char, crypto_generichash_BYTES> hash;
  crypto_generichash(hash.data(), hash.size(), Bytes(text), text.size(), Bytes(key), key.size());
  return Encode(hash.data(), kValueBytes);
}

}  // namespace

std::string MakeFieldEtag(std::string_view key, const EtagInput& input) {
  return OwnerOf(key, input) + ValuesOf(key, input);
}

EtagMatch MatchFieldEtag(std::string_view etag, std::string_view current) {
  if (etag == current) {
    return EtagMatch::kSame;
  }
  const bool same_owner = etag.size() == current.size() &&
                          etag.substr(0, kOwnerCharacters) == current.substr(0, kOwnerCharacters);
  return same_owner ? EtagMatch::kMoved : EtagMatch::kForeign;
}

}  // namespace profilesync::model
