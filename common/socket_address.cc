#include "common/socket_address.h"

#include "absl/strings/numbers.h"
#include "common/status.h"

namespace profilesync {

bool IsSocketAddress(std::string_view text) {
  constexpr std::string_view kUnix = "unix:";
  constexpr int kLastPort = 65535;
  if (text.starts_with(kUnix)) {
    return text.size() > kUnix.size();
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return false;
  }
  const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  int number = 0;
  return !host.empty() && (bracketed || host.find_first_of(":[]") == std::string_view::npos) &&
         !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos &&
         absl::SimpleAtoi(AV(port), &number) && number <= kLastPort;
}

}  // namespace profilesync
