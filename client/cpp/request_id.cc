#include "client/cpp/request_id.h"

#include <array>
#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace profilesync::client {

std::string NewRequestId() {
  thread_local std::random_device random;
  std::array<std::uint32_t, 4> bits;
  for (auto& word : bits) {
    word = random();
  }
  return absl::StrFormat("%08x-%04x-4%03x-%04x-%04x%08x", bits[0], bits[1] >> 16, bits[1] & 0xfff,
                         0x8000 | (bits[2] >> 16 & 0x3fff), bits[2] & 0xffff, bits[3]);
}

void EnsureRequestId(google::protobuf::Message* request) {
  const auto* field = request->GetDescriptor()->FindFieldByName("request_id");
  if (field == nullptr) {
    return;
  }
  const auto* reflection = request->GetReflection();
  if (reflection->GetString(*request, field).empty()) {
    reflection->SetString(request, field, NewRequestId());
  }
}

}  // namespace profilesync::client
