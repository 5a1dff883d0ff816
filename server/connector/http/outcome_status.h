#pragma once

#include "absl/status/status.h"
#include "server/connector/http/http_client.h"

namespace profilesync::connector::http {

// OK where the answer came whole, whatever its status; else the error that callers are to see:
// UNAVAILABLE (PRACTICE_SYSTEM_UNAVAILABLE, SHUTTING_DOWN) or DEADLINE_EXCEEDED.
absl::Status StatusOfOutcome(const HttpResult& result);

}  // namespace profilesync::connector::http
