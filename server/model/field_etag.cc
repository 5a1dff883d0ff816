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
// one. 96 bits of the second leave no chance of a collision that anyone could find without the key.
constexpr std::size_t kOwnerBytes = 6;
constexpr std::size_t kValueBytes = 12;
constexpr std::size_t kOwnerCharacters = kOwnerBytes * 4 / 3;

std::string KeyedHash(std::string_view key, std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    // Lengths go in too, so that no two lists of parts make one text.
    absl::StrAppend(&text, part.size(), ":", AV(part));
  }
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return hash;
}

std::string Encode(std::string_view bytes) { return absl::WebSafeBase64Escape(AV(bytes)); }

}  // namespace

std::string MakeFieldEtag(std::string_view key, const EtagInput& input) {
  const std::string owner = KeyedHash(key, {"owner", input.link, input.field});
  const std::string values =
      KeyedHash(key, {"values", input.link, input.field, input.profile_value.SerializeAsString(),
                      input.practice_known ? "known" : "", input.practice_value.SerializeAsString(),
                      absl::StrCat(input.mapping_revision), input.pending_operation});
  return Encode(owner.substr(0, kOwnerBytes)) + Encode(values.substr(0, kValueBytes));
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
