#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/connector/connector.h"
#include "server/connector/http/http_client.h"
#include "server/connector/secret_file.h"

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

// Logs a report: failed calls as warnings, others as information.
void LogCall(const CallReport& report);

// Whether `id` could be a tenant's.
bool IsTenantId(std::string_view id);

// XPM's HTTP side: the token, the headers, the tenant's call budget. Thread-safe; `clock` outlives
// it.
class XpmApi {
 public:
  struct Options {
    http::HttpClient::Options http;
  };

  // `token` is the one of tenants without credentials of their own, where the operator has
  // configured one.
  XpmApi(http::BaseUrl base, std::optional<SecretFile> token, Options options, CallHook hook,
         const Clock* clock);

  // Completes `request` by what XPM wants with every call, and sends it when it is its turn; once
  // more with a new token where the tenant's credentials weren't accepted. An error means that
  // nothing was sent, or nothing accepted: ACCESS_DENIED for what can't be the id of a tenant,
  // NEEDS_REAUTHORISATION for a token file that can't be used, DEADLINE_EXCEEDED where too little
  // time is left (of a write: less than its time-out), the budget's, or the credentials'.
  absl::StatusOr<http::HttpResult> Send(const Tenant& tenant, http::HttpRequest request);

 private:
  absl::StatusOr<std::string> TokenOf(const Tenant& tenant, absl::Time deadline) const;
  absl::StatusOr<http::HttpResult> SendWith(std::string_view token, const Tenant& tenant,
                                            http::HttpRequest request);

  http::HttpClient http_;
  const std::optional<SecretFile> token_;
  const CallHook hook_;
  const Clock* const clock_;
};

}  // namespace profilesync::connector::xpm
