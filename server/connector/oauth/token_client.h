#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "server/connector/authoriser.h"
#include "server/connector/http/http_client.h"

namespace profilesync::connector::oauth {

// What this server is to an authorisation server (RFC 6749, section 2.3).
struct ClientCredentials {
  std::string id;
  std::string secret;
};

// The token endpoint of an authorisation server (RFC 6749, section 3.2), with the client's
// credentials by HTTP Basic. Requests are sent once and never repeated. Thread-safe; `clock`
// outlives it. For errors see Authoriser.
class TokenClient {
 public:
  struct Options {
    std::string token_path = "connect/token";  // below the base URL
    std::string redirect_uri;
    // Asked for each request, so that new credentials count at once. Its error's message says what
    // is wrong for operators.
    std::function<absl::StatusOr<ClientCredentials>()> credentials;
    http::HttpClient::Options http;
    absl::Duration timeout = absl::Seconds(20);
  };

  TokenClient(http::BaseUrl base, Options options, const Clock* clock);

  absl::StatusOr<TokenSet> Redeem(std::string_view code, std::string_view code_verifier);
  absl::StatusOr<TokenSet> Refresh(std::string_view refresh_token);

  absl::Duration timeout() const { return options_.timeout; }

 private:
  // An answer with HTTP status 200, 400 or 401.
  absl::StatusOr<http::HttpResult> Post(const http::Query& form);

  http::HttpClient http_;
  const Options options_;
  const Clock* const clock_;
};

// `form` as application/x-www-form-urlencoded.
std::string EncodeForm(const http::Query& form);

}  // namespace profilesync::connector::oauth
