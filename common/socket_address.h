#pragma once

#include <string_view>

namespace profilesync {

// HOST:PORT, with the host in brackets where it has colons itself, or unix:PATH. For where to
// listen and what to call: gRPC would take a host alone to mean port 443 and wrap a port that is
// too great.
bool IsSocketAddress(std::string_view text);

}  // namespace profilesync
