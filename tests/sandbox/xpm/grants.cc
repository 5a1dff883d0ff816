#include "tests/sandbox/xpm/grants.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"

namespace profilesync::xpm_sandbox {
namespace {

constexpr size_t kSecretBytes = 32;
// Xero's access tokens are JWTs of more than a thousand characters. These are as long, and mean
// nothing to whoever looks inside.
constexpr size_t kAccessTokenBytes = 900;
constexpr char kOfflineAccess[] = "offline_access";

std::string RandomText(size_t size) {
  static const bool ready = sodium_init() >= 0;
  if (!ready) std::abort();
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return absl::WebSafeBase64Escape(bytes);
}

bool HasScope(const std::string& scope, const std::string& wanted) {
  const std::vector<std::string> scopes = absl::StrSplit(scope, ' ');
  return std::find(scopes.begin(), scopes.end(), wanted) != scopes.end();
}

absl::Status InvalidGrant(const std::string& why) { return absl::InvalidArgumentError(why); }

// RFC 7636 4.1 and 4.6. A verifier without a challenge is an attempt to pass off another's code
// (RFC 9700 2.1.1).
bool VerifierFits(const std::string& challenge, const std::string& verifier) {
  if (challenge.empty()) return verifier.empty();
  return verifier.size() >= 43 && verifier.size() <= 128 && CodeChallenge(verifier) == challenge;
}

}  // namespace

std::string CodeChallenge(const std::string& code_verifier) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(code_verifier.data()),
                     code_verifier.size());
  return absl::WebSafeBase64Escape(std::string(hash.begin(), hash.end()));
}

Grants::Grants(std::function<std::string()> new_uuid) : new_uuid_(std::move(new_uuid)) {
  Grant& fixed = grants_[kFixed];
  fixed.auth_event_id = "0f9a1d8e-5c0e-4b7b-8a55-77f1f6a3c901";
  fixed.created = absl::FromCivil(absl::CivilSecond(2026, 2, 3, 21, 14, 9), absl::UTCTimeZone()) +
                  absl::Microseconds(118'340);
}

void Grants::Connect(Grant& grant, const std::string& tenant_id) {
  Connection& connection = grant.connections[absl::AsciiStrToLower(tenant_id)];
  if (!connection.tenant_id.empty()) return;
  connection = {.id = new_uuid_(),
                .auth_event_id = grant.auth_event_id,
                .tenant_id = tenant_id,
                .created = grant.created,
                .updated = grant.created};
}

std::string Grants::Authorise(const Consent& consent, const std::vector<Tenant>& tenants,
                              absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto number = static_cast<int64_t>(grants_.size());
  Grant& grant = grants_[number];
  grant.scope = consent.scope;
  grant.auth_event_id = new_uuid_();
  grant.created = now;
  for (const Tenant& tenant : tenants) Connect(grant, tenant.id);
  std::string code = RandomText(kSecretBytes);
  codes_[code] = {.grant = number, .consent = consent, .issued = now};
  issued_.push_back(code);
  return code;
}

absl::StatusOr<TokenSet> Grants::Exchange(const std::string& code, const std::string& redirect_uri,
                                          const std::string& code_verifier, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = codes_.find(code);
  if (it == codes_.end()) return InvalidGrant("no such code, or it was used");
  const Code known = std::move(it->second);
  codes_.erase(it);
  if (now >= known.issued + kCodeLife) return InvalidGrant("the code has expired");
  if (grants_[known.grant].revoked) return InvalidGrant("the grant was withdrawn");
  if (redirect_uri != known.consent.redirect_uri) return InvalidGrant("another redirect_uri");
  if (!VerifierFits(known.consent.code_challenge, code_verifier)) {
    return InvalidGrant("the code_verifier doesn't fit");
  }
  return Issue(known.grant, "", now);
}

absl::StatusOr<TokenSet> Grants::Refresh(const std::string& refresh_token,
                                         bool until_successor_used, absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = refresh_tokens_.find(refresh_token);
  if (it == refresh_tokens_.end()) return InvalidGrant("no such refresh token");
  RefreshToken& token = it->second;
  if (grants_[token.grant].revoked) return InvalidGrant("the grant was withdrawn");
  if (now >= token.issued + kRefreshTokenLife) return InvalidGrant("unused for too long");
  if (token.first_used.has_value()) {
    if (now >= *token.first_used + kRefreshGrace) return InvalidGrant("rotated, and grace is over");
    if (until_successor_used && token.successor_used) return InvalidGrant("its successor was used");
  } else {
    token.first_used = now;
  }
  const auto before = refresh_tokens_.find(token.predecessor);
  if (before != refresh_tokens_.end()) before->second.successor_used = true;
  return Issue(token.grant, refresh_token, now);
}

TokenSet Grants::Issue(int64_t grant, const std::string& predecessor, absl::Time now) {
  TokenSet issued{.access_token = RandomText(kAccessTokenBytes), .scope = grants_[grant].scope};
  access_tokens_[issued.access_token] = {.grant = grant, .expires = now + kAccessTokenLife};
  if (HasScope(issued.scope, kOfflineAccess)) {
    issued.refresh_token = RandomText(kSecretBytes);
    refresh_tokens_[issued.refresh_token] = {
        .grant = grant, .issued = now, .first_used = {}, .predecessor = predecessor};
    issued_.push_back(issued.refresh_token);
  }
  issued_.push_back(issued.access_token);
  return issued;
}

std::vector<std::string> Grants::Issued() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return issued_;
}

void Grants::Revoke(const std::string& refresh_token) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = refresh_tokens_.find(refresh_token);
  if (it != refresh_tokens_.end()) grants_[it->second.grant].revoked = true;
}

void Grants::RevokeAll() {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [number, grant] : grants_) grant.revoked = number != kFixed;
}

void Grants::ExpireAccessTokens(absl::Time now) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (auto& [text, token] : access_tokens_) token.expires = std::min(token.expires, now);
}

Access Grants::Check(const std::string& access_token, absl::Time now) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto it = access_tokens_.find(access_token);
  if (it == access_tokens_.end()) return {};
  const AccessToken& token = it->second;
  const Grant& grant = grants_.at(token.grant);
  return {.verdict = now < token.expires ? TokenVerdict::kAccepted : TokenVerdict::kExpired,
          .expires = token.expires,
          .grant = token.grant,
          .scopes = absl::StrSplit(grant.scope, ' '),
          .revoked = grant.revoked};
}

bool Grants::Reaches(int64_t number, const std::string& tenant_id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const Grant& grant = grants_.at(number);
  if (grant.revoked) return false;
  const auto it = grant.connections.find(absl::AsciiStrToLower(tenant_id));
  if (it == grant.connections.end()) return number == kFixed;
  return !it->second.id.empty();
}

std::vector<Connection> Grants::Connections(int64_t number, const std::vector<Tenant>& tenants) {
  std::lock_guard<std::mutex> lock(mutex_);
  Grant& grant = grants_.at(number);
  std::vector<Connection> out;
  if (grant.revoked) return out;
  for (const Tenant& tenant : tenants) {
    if (number == kFixed) Connect(grant, tenant.id);
    const auto it = grant.connections.find(absl::AsciiStrToLower(tenant.id));
    const bool connected = it != grant.connections.end() && !it->second.id.empty();
    if (connected) out.push_back(it->second);
  }
  return out;
}

absl::Status Grants::Disconnect(int64_t number, const std::string& connection_id) {
  std::lock_guard<std::mutex> lock(mutex_);
  Grant& grant = grants_.at(number);
  for (auto& [tenant, connection] : grant.connections) {
    const bool this_one =
        !grant.revoked && !connection_id.empty() && connection.id == connection_id;
    if (!this_one) continue;
    connection.id.clear();  // the rest stays, so that it isn't connected anew
    return absl::OkStatus();
  }
  return absl::NotFoundError("no connection " + connection_id);
}

}  // namespace profilesync::xpm_sandbox
