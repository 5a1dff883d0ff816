#include "server/connector/xpm/make_authoriser.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "server/connector/secret_file.h"
#include "server/connector/xpm/xpm_authoriser.h"

namespace profilesync::connector::xpm {
namespace {

constexpr char kOfflineAccess[] = "offline_access";

std::optional<http::BaseUrl> ParseBaseUrl(const char* field, const std::string& given,
                                          const char* usual, Violations* violations) {
  const auto url = http::BaseUrl::Parse(given.empty() ? usual : given);
  if (!url.ok()) {
    violations->Add(absl::StrCat("oauth.", field), SV(url.status().message()));
    return std::nullopt;
  }
  return *url;
}

absl::StatusOr<std::string> FromVariable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return absl::FailedPreconditionError(
        absl::StrCat("the environment variable ", name, " must hold it"));
  }
  return std::string(value);
}

// Where the client's credentials come from. A copy of the configuration: asked at any time.
struct CredentialsSource {
  config::v1::XeroOAuthConfig config;

  absl::StatusOr<std::string> Id() const {
    return config.client_id_variable().empty() ? config.client_id()
                                               : FromVariable(config.client_id_variable());
  }
  absl::StatusOr<std::string> Secret() const {
    return config.client_secret_variable().empty()
               ? SecretFile(config.client_secret_file(), "client secret file").Read()
               : FromVariable(config.client_secret_variable());
  }
  absl::StatusOr<oauth::ClientCredentials> operator()() const {
    ASSIGN_OR_RETURN(std::string id, Id());
    ASSIGN_OR_RETURN(std::string secret, Secret());
    return oauth::ClientCredentials{std::move(id), std::move(secret)};
  }
};

// Exactly one of the two, which are named in the message.
bool CheckEither(const std::string& one, const std::string& other, const char* field,
                 const char* either, Violations* violations) {
  if (one.empty() != other.empty()) {
    return true;
  }
  violations->Add(absl::StrCat("oauth.", field), absl::StrCat("either ", either, " must be set"));
  return false;
}

void CheckCredentials(const CredentialsSource& source, Violations* violations) {
  const auto& config = source.config;
  if (CheckEither(config.client_id(), config.client_id_variable(), "client_id",
                  "it or client_id_variable", violations)) {
    if (const auto id = source.Id(); !id.ok()) {
      violations->Add("oauth.client_id_variable", SV(id.status().message()));
    }
  }
  if (CheckEither(config.client_secret_file(), config.client_secret_variable(),
                  "client_secret_file", "it or client_secret_variable", violations)) {
    if (const auto secret = source.Secret(); !secret.ok()) {
      violations->Add(config.client_secret_variable().empty() ? "oauth.client_secret_file"
                                                              : "oauth.client_secret_variable",
                      SV(secret.status().message()));
    }
  }
}

std::vector<std::string> ScopesOf(const config::v1::XeroOAuthConfig& config,
                                  Violations* violations) {
  std::vector<std::string> scopes(config.scopes().begin(), config.scopes().end());
  if (scopes.empty()) {
    return DefaultScopes();
  }
  if (std::find(scopes.begin(), scopes.end(), kOfflineAccess) == scopes.end()) {
    violations->Add("oauth.scopes", "must have offline_access, without which nothing lasts");
  }
  return scopes;
}

}  // namespace

std::unique_ptr<Authoriser> MakeAuthoriser(const config::v1::XeroOAuthConfig& config,
                                           const http::HttpClient::Options& http,
                                           const Clock& clock, Violations* violations) {
  Violations wrong;
  const auto login =
      ParseBaseUrl("login_base_url", config.login_base_url(), "https://login.xero.com/", &wrong);
  const auto identity = ParseBaseUrl("identity_base_url", config.identity_base_url(),
                                     "https://identity.xero.com/", &wrong);
  const auto connections = ParseBaseUrl("connections_base_url", config.connections_base_url(),
                                        "https://api.xero.com/", &wrong);
  const CredentialsSource source{config};
  CheckCredentials(source, &wrong);
  if (config.redirect_uri().empty()) {
    wrong.Add("oauth.redirect_uri", "must be set");
  }
  std::vector<std::string> scopes = ScopesOf(config, &wrong);
  if (!wrong.empty()) {
    violations->Add(wrong);
    return nullptr;
  }
  XpmAuthoriser::Options options{.login = *login,
                                 .identity = *identity,
                                 .connections = *connections,
                                 .scopes = std::move(scopes)};
  options.tokens.redirect_uri = config.redirect_uri();
  options.tokens.credentials = source;
  options.tokens.http = http;
  return std::make_unique<XpmAuthoriser>(std::move(options), &clock);
}

}  // namespace profilesync::connector::xpm
