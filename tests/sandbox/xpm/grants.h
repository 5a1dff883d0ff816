#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/sandbox/xpm/tenants.h"

namespace profilesync::xpm_sandbox {

// Reference 3.3; the code's life is OAuth's common one.
inline constexpr absl::Duration kCodeLife = absl::Minutes(5);
inline constexpr absl::Duration kAccessTokenLife = absl::Minutes(30);
inline constexpr absl::Duration kRefreshTokenLife = absl::Hours(24 * 60);
inline constexpr absl::Duration kRefreshGrace = absl::Minutes(30);

enum class TokenVerdict { kAccepted, kExpired, kUnknown };

// What a bearer token is good for.
struct Access {
  TokenVerdict verdict = TokenVerdict::kUnknown;
  // When it expired, or will.
  absl::Time expires;
  int64_t grant = 0;
  std::vector<std::string> scopes;
  // Its authorisation has been withdrawn: it reaches no tenant any more.
  bool revoked = false;
};

// What a user has consented to.
struct Consent {
  std::string redirect_uri;
  std::string scope;           // separated by spaces
  std::string code_challenge;  // S256; empty without PKCE
};

// An answer of the token endpoint. The refresh token is empty without the scope offline_access.
struct TokenSet {
  std::string access_token;
  std::string refresh_token;
  std::string scope;
};

// A tenant that a grant reaches.
struct Connection {
  std::string id;
  std::string auth_event_id;
  std::string tenant_id;
  absl::Time created;
  absl::Time updated;
};

// The authorisations that users have given the app ("grants"), with the codes, tokens and
// connections that come from them. Thread-safe; `now` is the sandbox's clock.
class Grants {
 public:
  // The grant behind the token in SandboxOptions: every tenant, whenever it comes.
  static constexpr int64_t kFixed = 0;

  explicit Grants(std::function<std::string()> new_uuid);

  // Connects `tenants`; returns the code.
  std::string Authorise(const Consent& consent, const std::vector<Tenant>& tenants, absl::Time now);
  // Uses the code up, whatever comes of it. INVALID_ARGUMENT: invalid_grant.
  absl::StatusOr<TokenSet> Exchange(const std::string& code, const std::string& redirect_uri,
                                    const std::string& code_verifier, absl::Time now);
  // Rotates. A token that has been rotated may be retried for kRefreshGrace from its first use,
  // and with `until_successor_used` only as long as what it was rotated to is unused.
  // INVALID_ARGUMENT: invalid_grant.
  absl::StatusOr<TokenSet> Refresh(const std::string& refresh_token, bool until_successor_used,
                                   absl::Time now);
  // Withdraws the grant that the refresh token belongs to. Any other token changes nothing.
  void Revoke(const std::string& refresh_token);
  // Withdraws every grant but kFixed.
  void RevokeAll();
  // As if the life of all access tokens issued so far ended now.
  void ExpireAccessTokens(absl::Time now);

  // Every code and token given out so far.
  std::vector<std::string> Issued() const;

  Access Check(const std::string& access_token, absl::Time now) const;

  bool Reaches(int64_t grant, const std::string& tenant_id) const;
  // Those to one of `tenants`, in their order.
  std::vector<Connection> Connections(int64_t grant, const std::vector<Tenant>& tenants);
  // NOT_FOUND.
  absl::Status Disconnect(int64_t grant, const std::string& connection_id);

 private:
  struct Grant {
    std::string scope;
    std::string auth_event_id;
    absl::Time created;
    bool revoked = false;
    std::map<std::string, Connection> connections;  // by tenant, in lower case
  };
  struct Code {
    int64_t grant = 0;
    Consent consent;
    absl::Time issued;
  };
  struct AccessToken {
    int64_t grant = 0;
    absl::Time expires;
  };
  struct RefreshToken {
    int64_t grant = 0;
    absl::Time issued;
    std::optional<absl::Time> first_used;
    std::string predecessor;
    bool successor_used = false;
  };

  // These need mutex_.
  void Connect(Grant& grant, const std::string& tenant_id);
  TokenSet Issue(int64_t grant, const std::string& predecessor, absl::Time now);

  const std::function<std::string()> new_uuid_;
  mutable std::mutex mutex_;
  std::map<int64_t, Grant> grants_;
  std::unordered_map<std::string, Code> codes_;
  std::unordered_map<std::string, AccessToken> access_tokens_;
  std::unordered_map<std::string, RefreshToken> refresh_tokens_;
  std::vector<std::string> issued_;
};

// The S256 code challenge of RFC 7636 for a verifier.
std::string CodeChallenge(const std::string& code_verifier);

}  // namespace profilesync::xpm_sandbox
