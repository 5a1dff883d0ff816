#include "server/connector/oauth/token_client.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/log.h"
#include "common/status.h"
#include "server/connector/http/outcome_status.h"

namespace profilesync::connector::oauth {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxAnswer = 256 << 10;
// Tokens that last longer are taken to last so long: they are renewed all the same.
constexpr std::int64_t kLongestLife = 24 * 60 * 60;

absl::Status Unavailable(std::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, v1::PRACTICE_SYSTEM_UNAVAILABLE, why);
}

absl::Status Unusable() { return Unavailable("the authorisation server's answer can't be used"); }

// A member that is a string and not empty; "" otherwise.
std::string TextOf(const json& object, const char* member) {
  const auto found = object.is_object() ? object.find(member) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The `error` of RFC 6749, section 5.2, where it is one of those that are told apart.
enum class Refusal { kNone, kGrant, kClient, kOther };

Refusal RefusalOf(const http::HttpResult& answer) {
  if (answer.status == 200) {
    return Refusal::kNone;
  }
  const std::string error = TextOf(json::parse(answer.body, nullptr, false), "error");
  if (error == "invalid_grant") {
    return Refusal::kGrant;
  }
  return error == "invalid_client" || error == "unauthorized_client" || answer.status == 401
             ? Refusal::kClient
             : Refusal::kOther;
}

absl::Status StatusOfRefusal(Refusal refusal) {
  if (refusal == Refusal::kClient) {
    // Nothing that a caller could mend.
    LogError("the authorisation server doesn't accept this server's client id and secret");
    return Unavailable("this server isn't accepted by the authorisation server");
  }
  return Unavailable("the authorisation server refused the request");
}

// `start` is when the request was sent: a token can't have been made earlier. `previous` is kept
// where the answer has no refresh token (RFC 6749, section 6).
absl::StatusOr<TokenSet> ParseTokens(const std::string& body, absl::Time start,
                                     std::string_view previous) {
  const json answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
  TokenSet tokens;
  tokens.access_token = TextOf(answer, "access_token");
  tokens.refresh_token = TextOf(answer, "refresh_token");
  if (tokens.refresh_token.empty()) {
    tokens.refresh_token = previous;
  }
  const std::string type = absl::AsciiStrToLower(TextOf(answer, "token_type"));
  const auto life = answer.is_object() ? answer.find("expires_in") : answer.end();
  const bool lasts = life != answer.end() && life->is_number_integer() && *life > 0;
  if (tokens.access_token.empty() || tokens.refresh_token.empty() || type != "bearer" || !lasts) {
    return Unusable();
  }
  tokens.access_expiry = start + absl::Seconds(std::min(life->get<std::int64_t>(), kLongestLife));
  return tokens;
}

}  // namespace

std::string EncodeForm(const http::Query& form) {
  std::string body;
  for (const auto& [name, value] : form) {
    absl::StrAppend(&body, body.empty() ? "" : "&", http::PercentEncode(name), "=",
                    http::PercentEncode(value));
  }
  return body;
}

TokenClient::TokenClient(http::BaseUrl base, Options options, const Clock* clock)
    : http_(std::move(base), options.http, clock), options_(std::move(options)), clock_(clock) {}

absl::StatusOr<http::HttpResult> TokenClient::Post(const http::Query& form) {
  const auto client = options_.credentials();
  if (!client.ok()) {
    LogError("no client id and secret for the authorisation server: ", client.status().message());
    return Unavailable("this server has no client id and secret for the practice system");
  }
  http::HttpRequest request{.method = "POST",
                            .path = options_.token_path,
                            .body = EncodeForm(form),
                            .is_write = true,
                            .timeout = options_.timeout,
                            .max_body_bytes = kMaxAnswer};
  // Both are form-encoded before they are joined: RFC 6749, section 2.3.1.
  request.headers.emplace_back("Authorization",
                               absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(
                                                          http::PercentEncode(client->id), ":",
                                                          http::PercentEncode(client->secret)))));
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.headers.emplace_back("Accept", "application/json");
  const absl::Time start = clock_->Now();
  http::HttpResult answer = http_.Send(request);
  Log(answer.status == 200 ? LogLevel::kInfo : LogLevel::kWarning,
      absl::StrCat("authorisation call path=", options_.token_path, " ", form.front().first, "=",
                   form.front().second, " status=", answer.status,
                   " duration_ms=", absl::ToInt64Milliseconds(clock_->Now() - start), " error=\"",
                   answer.error, "\""));
  RETURN_IF_ERROR(http::StatusOfOutcome(answer));
  if (answer.status != 200 && answer.status != 400 && answer.status != 401) {
    return Unavailable(absl::StrCat("the authorisation server answered HTTP ", answer.status));
  }
  return answer;
}

absl::StatusOr<TokenSet> TokenClient::Redeem(std::string_view code,
                                             std::string_view code_verifier) {
  const absl::Time start = clock_->Now();
  ASSIGN_OR_RETURN(const auto answer, Post({{"grant_type", "authorization_code"},
                                            {"code", std::string(code)},
                                            {"redirect_uri", options_.redirect_uri},
                                            {"code_verifier", std::string(code_verifier)}}));
  const Refusal refusal = RefusalOf(answer);
  if (refusal == Refusal::kGrant) {
    Violations violations;
    violations.Add("code", "isn't accepted by the practice system: it is used, or too old");
    return violations.ToStatus();
  }
  if (refusal != Refusal::kNone) {
    return StatusOfRefusal(refusal);
  }
  return ParseTokens(answer.body, start, /*previous=*/"");
}

absl::StatusOr<TokenSet> TokenClient::Refresh(std::string_view refresh_token) {
  const absl::Time start = clock_->Now();
  ASSIGN_OR_RETURN(const auto answer, Post({{"grant_type", "refresh_token"},
                                            {"refresh_token", std::string(refresh_token)}}));
  const Refusal refusal = RefusalOf(answer);
  if (refusal == Refusal::kGrant) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION,
                     "the practice system doesn't accept the authorisation any more");
  }
  if (refusal != Refusal::kNone) {
    return StatusOfRefusal(refusal);
  }
  return ParseTokens(answer.body, start, refresh_token);
}

}  // namespace profilesync::connector::oauth
