#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/connector/authoriser.h"
#include "server/connector/http/http_client.h"
#include "server/connector/oauth/token_client.h"

namespace profilesync::connector::xpm {

// Xero's authorisation server (reference, section 3). Thread-safe; `clock` outlives it.
class XpmAuthoriser final : public Authoriser {
 public:
  struct Options {
    http::BaseUrl login;        // https://login.xero.com/
    http::BaseUrl identity;     // https://identity.xero.com/
    http::BaseUrl connections;  // https://api.xero.com/
    std::vector<std::string> scopes;
    oauth::TokenClient::Options tokens;
  };

  XpmAuthoriser(Options options, const Clock* clock);

  absl::StatusOr<std::string> AuthoriseUri(std::string_view state,
                                           std::string_view code_verifier) const override;
  absl::StatusOr<TokenSet> Redeem(std::string_view code, std::string_view code_verifier) override {
    return tokens_.Redeem(code, code_verifier);
  }
  absl::StatusOr<TokenSet> Refresh(std::string_view refresh_token) override {
    return tokens_.Refresh(refresh_token);
  }
  // Those of the type PRACTICEMANAGER; a token reaches others too.
  absl::StatusOr<std::vector<AuthorisedTenant>> Tenants(std::string_view access_token) override;
  absl::Duration LongestCall() const override { return tokens_.timeout(); }

 private:
  const http::BaseUrl login_;
  const std::string scope_;
  const std::string redirect_uri_;
  const std::function<absl::StatusOr<oauth::ClientCredentials>()> credentials_;
  oauth::TokenClient tokens_;
  http::HttpClient connections_;
};

// What is asked for unless the configuration says otherwise (reference, section 3.4): to read and
// write clients, and a refresh token.
std::vector<std::string> DefaultScopes();

// The tenants of Practice Manager in an answer of GET /connections; UNAVAILABLE
// (PRACTICE_SYSTEM_UNAVAILABLE) where it is none.
absl::StatusOr<std::vector<AuthorisedTenant>> ParseConnections(std::string_view body);

}  // namespace profilesync::connector::xpm
