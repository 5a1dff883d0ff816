#include "tests/sandbox/xpm/identity.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/sandbox/xpm/form.h"
#include "tests/sandbox/xpm/replies.h"

namespace profilesync::xpm_sandbox {
namespace {

using nlohmann::ordered_json;

constexpr char kFormType[] = "application/x-www-form-urlencoded";
constexpr size_t kChallengeSize = 43;  // SHA-256 in base64url

// Reference 3.4.
bool IsScope(const std::string& scope) {
  static const auto* const kScopes = new std::set<std::string>{"openid",
                                                               "profile",
                                                               "email",
                                                               "offline_access",
                                                               "practicemanager",
                                                               "practicemanager.read",
                                                               "practicemanager.client",
                                                               "practicemanager.client.read",
                                                               "practicemanager.job",
                                                               "practicemanager.job.read",
                                                               "practicemanager.staff",
                                                               "practicemanager.staff.read",
                                                               "practicemanager.time",
                                                               "practicemanager.time.read"};
  return kScopes->contains(scope);
}

bool AreScopes(const std::string& text) {
  const std::vector<std::string> scopes = absl::StrSplit(text, ' ', absl::SkipEmpty());
  return !scopes.empty() && std::all_of(scopes.begin(), scopes.end(), IsScope);
}

bool IsChallenge(const std::string& text) {
  return text.size() == kChallengeSize &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_';
         });
}

// RFC 6749 4.1.2.1 and RFC 7636 4.4.1; empty for a request that has nothing wrong with it.
std::string AuthoriseError(const Form& form) {
  if (!form.repeated.empty()) return "invalid_request";
  const std::string response_type = form.Get("response_type");
  if (response_type.empty()) return "invalid_request";
  if (response_type != "code") return "unsupported_response_type";
  if (!AreScopes(form.Get("scope"))) return "invalid_scope";
  const std::string challenge = form.Get("code_challenge");
  const std::string method = form.Get("code_challenge_method");
  if (challenge.empty() && method.empty()) return "";
  return IsChallenge(challenge) && method == "S256" ? "" : "invalid_request";
}

// An error that must not be taken to a redirect URI that nobody vouches for.
HttpReply ErrorPage(const std::string& text) {
  return {.status = 400,
          .headers = {{"Content-Type", "text/html; charset=utf-8"}},
          .body = absl::StrCat("<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>",
                               text, "</h1></body></html>\n")};
}

HttpReply RedirectTo(const std::string& uri, const std::string& name, const std::string& value,
                     const std::string& state) {
  std::string location =
      absl::StrCat(uri, absl::StrContains(uri, '?') ? "&" : "?", name, "=", UrlEncode(value));
  if (!state.empty()) absl::StrAppend(&location, "&state=", UrlEncode(state));
  HttpReply reply{.status = 302, .headers = {{"Location", location}}};
  ForbidStoring(reply);
  return reply;
}

// Empty for a request that has nothing wrong with its form.
std::string FormError(const HttpRequest& request, const Form& form) {
  const std::string type = request.Header("Content-Type").value_or("");
  const std::string essence(absl::StripAsciiWhitespace(type.substr(0, type.find(';'))));
  if (!absl::EqualsIgnoreCase(essence, kFormType)) return "invalid_request";
  // One way of authenticating a request (RFC 6749 2.3), and that is Basic.
  const bool secret = form.values.contains("client_secret");
  return secret || !form.repeated.empty() ? "invalid_request" : "";
}

HttpReply TokenReply(const TokenSet& tokens) {
  ordered_json out = {{"access_token", tokens.access_token},
                      {"expires_in", absl::ToInt64Seconds(kAccessTokenLife)},
                      {"token_type", "Bearer"}};
  if (!tokens.refresh_token.empty()) out["refresh_token"] = tokens.refresh_token;
  out["scope"] = tokens.scope;
  HttpReply reply = JsonReply(200, out.dump());
  ForbidStoring(reply);
  return reply;
}

// Seven digits after the second, and no zone (reference 3.6).
std::string ConnectionTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E7S", time, absl::UTCTimeZone());
}

}  // namespace

HttpReply Identity::Authorise(const HttpRequest& request) {
  const Form form = ParseForm(request.query);
  const std::string uri = form.Get("redirect_uri");
  if (form.repeated.contains("client_id") || !state_.app.IsClient(form.Get("client_id"))) {
    return ErrorPage("Unknown client");
  }
  if (form.repeated.contains("redirect_uri") || !state_.app.HasRedirectUri(uri)) {
    return ErrorPage("Invalid redirect_uri");
  }
  const std::string state = form.repeated.contains("state") ? "" : form.Get("state");
  const std::string error = AuthoriseError(form);
  if (!error.empty()) return RedirectTo(uri, "error", error, state);
  const Consent consent{.redirect_uri = uri,
                        .scope = form.Get("scope"),
                        .code_challenge = form.Get("code_challenge")};
  const std::string code = state_.grants.Authorise(consent, state_.tenants.All(), state_.clock());
  return RedirectTo(uri, "code", code, state);
}

std::optional<HttpReply> Identity::RefuseClient(const HttpRequest& request) const {
  if (state_.app.Authenticates(request.Header("Authorization").value_or(""))) return std::nullopt;
  return InvalidClientReply();
}

HttpReply Identity::Token(const HttpRequest& request) {
  const Form form = ParseForm(request.body);
  const std::string error = FormError(request, form);
  if (!error.empty()) return OAuthErrorReply(400, error);
  const std::string grant_type = form.Get("grant_type");
  const absl::Time now = state_.clock();
  absl::StatusOr<TokenSet> tokens;
  if (grant_type == "authorization_code") {
    const std::string code = form.Get("code");
    const std::string uri = form.Get("redirect_uri");
    if (code.empty() || uri.empty()) return OAuthErrorReply(400, "invalid_request");
    tokens = state_.grants.Exchange(code, uri, form.Get("code_verifier"), now);
  } else if (grant_type == "refresh_token") {
    const std::string token = form.Get("refresh_token");
    if (token.empty()) return OAuthErrorReply(400, "invalid_request");
    const bool until_used =
        state_.behaviour.Get().refresh_retry == RefreshRetry::kUntilSuccessorUsed;
    tokens = state_.grants.Refresh(token, until_used, now);
  } else {
    return OAuthErrorReply(400, grant_type.empty() ? "invalid_request" : "unsupported_grant_type");
  }
  return tokens.ok() ? TokenReply(*tokens) : OAuthErrorReply(400, "invalid_grant");
}

HttpReply Identity::Revoke(const HttpRequest& request) {
  const Form form = ParseForm(request.body);
  const std::string error = FormError(request, form);
  if (!error.empty()) return OAuthErrorReply(400, error);
  const std::string token = form.Get("token");
  if (token.empty()) return OAuthErrorReply(400, "invalid_request");
  state_.grants.Revoke(token);
  return {.status = 200};  // of an unknown token too (RFC 7009 2.2)
}

HttpReply Identity::Connections(const Access& access) {
  const std::vector<Tenant> tenants = state_.tenants.All();
  ordered_json out = ordered_json::array();
  for (const Connection& each : state_.grants.Connections(access.grant, tenants)) {
    const auto tenant = std::find_if(tenants.begin(), tenants.end(), [&](const Tenant& t) {
      return absl::EqualsIgnoreCase(t.id, each.tenant_id);
    });
    out.push_back({{"id", each.id},
                   {"authEventId", each.auth_event_id},
                   {"tenantId", tenant->id},
                   {"tenantType", tenant->type},
                   {"tenantName", tenant->name},
                   {"createdDateUtc", ConnectionTime(each.created)},
                   {"updatedDateUtc", ConnectionTime(each.updated)}});
  }
  return JsonReply(200, out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

HttpReply Identity::Disconnect(const Access& access, const std::string& connection_id,
                               const std::string& correlation_id) {
  const absl::Status status = state_.grants.Disconnect(access.grant, connection_id);
  if (!status.ok()) return ProblemReply(404, "ResourceNotFound", correlation_id);
  return {.status = 204};
}

}  // namespace profilesync::xpm_sandbox
