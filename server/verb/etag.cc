#include "server/verb/etag.h"

#include <sodium.h>

#include <array>

#include "common/error.h"
#include "common/serialize.h"

namespace profilesync::verb {

std::string HashText(std::string_view key, std::string_view content) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash;
  crypto_generichash(hash.data(), hash.size(),
                     reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                     reinterpret_cast<const unsigned char*>(key.data()), key.size());
  constexpr int kForm = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_ENCODED_LEN(hash.size(), kForm), '\0');
  sodium_bin2base64(text.data(), text.size(), hash.data(), hash.size(), kForm);
  text.pop_back();  // the terminator
  return text;
}

void SetEtag(std::string_view key, google::protobuf::Message* resource) {
  const auto* field = resource->GetDescriptor()->FindFieldByName("etag");
  const auto* reflection = resource->GetReflection();
  reflection->ClearField(resource, field);
  reflection->SetString(resource, field, HashText(key, SerializeSorted(*resource)));
}

absl::Status CheckEtag(std::string_view given, std::string_view current,
                       std::string_view resource_name) {
  if (given.empty() || given == current) {
    return absl::OkStatus();
  }
  const std::string name(resource_name);
  return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                   name + " has changed since it was read", {{"resource", name}});
}

}  // namespace profilesync::verb
