#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/connector/http/http_client.h"
#include "server/connector/in_flight_limit.h"
#include "server/connector/token_file.h"

namespace profilesync::connector::xpm {

// One call as it is logged. It holds neither values of the query nor anything of headers and
// bodies.
struct CallReport {
  std::string method;
  std::string path;  // with the names of the query's parameters
  int status = 0;    // 0 where none came
  std::string error;
  std::string correlation_id;  // Xero's
  absl::Duration duration;
};

// Called after each call, on the caller's thread.
using CallHook = std::function<void(const CallReport&)>;

// Logs a report by spdlog's default logger: failed calls as warnings, others as information.
void LogCall(const CallReport& report);

// XPM's HTTP side: the token, the headers, the limit of calls in flight. Thread-safe; `clock`
// outlives it.
class XpmApi {
 public:
  struct Options {
    http::HttpClient::Options http;
    int max_in_flight = 5;
    int max_waiting = 64;
  };

  XpmApi(http::BaseUrl base, TokenFile token, Options options, CallHook hook, const Clock* clock);

  // Completes `request` by what XPM wants with every call, and sends it when it is its turn. An
  // error means that nothing was sent: ACCESS_DENIED for what can't be the id of a tenant,
  // NEEDS_REAUTHORISATION for a token file that can't be used, DEADLINE_EXCEEDED where too little
  // time is left (of a write: less than its time-out), or InFlightLimit's.
  absl::StatusOr<http::HttpResult> Send(const std::string& tenant_id, http::HttpRequest request);

 private:
  http::HttpClient http_;
  const TokenFile token_;
  InFlightLimit limit_;
  const CallHook hook_;
  const Clock* const clock_;
};

}  // namespace profilesync::connector::xpm
