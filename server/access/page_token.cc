#include "server/access/page_token.h"

#include <sodium.h>

#include <memory>
#include <vector>

#include "common/error.h"
#include "common/serialize.h"

namespace profilesync::access {
namespace {

constexpr std::size_t kSealSize = 16;
constexpr int kForm = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

std::string Encode(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), kForm), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kForm);
  text.pop_back();  // the terminator
  return text;
}

// "" when `text` isn't base64.
std::string Decode(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, nullptr, kForm) != 0) {
    return {};
  }
  bytes.resize(size);
  return bytes;
}

// What has to be the same from page to page.
std::string Query(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    query->GetReflection()->ClearField(query.get(), query->GetDescriptor()->FindFieldByName(name));
  }
  return SerializeSorted(*query);
}

std::string TokenOf(const google::protobuf::Message& request) {
  return request.GetReflection()->GetString(request,
                                            request.GetDescriptor()->FindFieldByName("page_token"));
}

}  // namespace

std::string PageTokens::Give(const Call& call, const google::protobuf::Message& request,
                             std::string_view position) const {
  return Encode(Seal(call, request, position) + std::string(position));
}

absl::StatusOr<std::string> PageTokens::Take(const Call& call,
                                             const google::protobuf::Message& request) const {
  const std::string token = TokenOf(request);
  if (token.empty()) {
    return std::string();
  }
  const std::string bytes = Decode(token);
  if (bytes.size() > kSealSize) {
    std::string position = bytes.substr(kSealSize);
    if (sodium_memcmp(bytes.data(), Seal(call, request, position).data(), kSealSize) == 0) {
      return position;
    }
  }
  Violations violations;
  violations.Add("page_token", "is damaged, or was given out for another caller or query");
  return violations.ToStatus(v1::INVALID_PAGE_TOKEN);
}

std::string PageTokens::Seal(const Call& call, const google::protobuf::Message& request,
                             std::string_view position) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, reinterpret_cast<const unsigned char*>(key_.data()), key_.size(),
                          kSealSize);
  // Each part goes in with its length, so that no two lists of parts run into one.
  const std::string query = Query(request);
  for (const std::string_view part : {std::string_view(call.caller.service),
                                      std::string_view(request.GetDescriptor()->full_name()),
                                      std::string_view(query), position}) {
    const std::uint64_t size = part.size();
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof(size));
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
  }
  std::string seal(kSealSize, '\0');
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(seal.data()), seal.size());
  return seal;
}

}  // namespace profilesync::access
