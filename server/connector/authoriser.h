#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace profilesync::connector {

// What an authorisation gives. Secret: never logged or shown, and stored only sealed.
struct TokenSet {
  std::string access_token;
  absl::Time access_expiry;
  std::string refresh_token;
};

// A tenant that an authorisation reaches.
struct AuthorisedTenant {
  std::string id;
  std::string display_name;
};

// The port to the server that authorises add-ons of a practice system: OAuth 2.0's code flow with
// PKCE (RFC 6749, RFC 7636). Thread-safe. Calls block, for LongestCall() at most and whatever the
// deadline of who is behind them: an answer that nobody waited for would be a lost token.
//
// Errors besides those named: UNAVAILABLE, PRACTICE_SYSTEM_UNAVAILABLE where there is no answer,
// none that can be used, or this server's own client id and secret aren't accepted, and
// SHUTTING_DOWN.
class Authoriser {
 public:
  virtual ~Authoriser() = default;

  // Where a person is sent to authorise. Whoever comes back with `state` brings a code that only
  // who has `code_verifier` (43 characters of base64url) can redeem. UNAVAILABLE where this
  // server's own client id can't be read.
  virtual absl::StatusOr<std::string> AuthoriseUri(std::string_view state,
                                                   std::string_view code_verifier) const = 0;

  // INVALID_ARGUMENT (INVALID_REQUEST) where the code isn't accepted: it is used, too old, or not
  // of that verifier.
  virtual absl::StatusOr<TokenSet> Redeem(std::string_view code,
                                          std::string_view code_verifier) = 0;

  // New tokens for old: the refresh token is another one from then on, though the old one may be
  // used again for a while by whoever didn't get the answer. FAILED_PRECONDITION
  // (NEEDS_REAUTHORISATION) where it isn't accepted any more.
  virtual absl::StatusOr<TokenSet> Refresh(std::string_view refresh_token) = 0;

  // The tenants of this practice system that the token reaches, in order of id.
  virtual absl::StatusOr<std::vector<AuthorisedTenant>> Tenants(std::string_view access_token) = 0;

  virtual absl::Duration LongestCall() const = 0;
};

// The bearer token of one add-on's calls. Thread-safe. Calls block, until `deadline` at most, while
// a new token is fetched.
//
// Errors: FAILED_PRECONDITION (NEEDS_REAUTHORISATION), UNAVAILABLE (PRACTICE_SYSTEM_UNAVAILABLE,
// STORE_UNAVAILABLE, SHUTTING_DOWN), DEADLINE_EXCEEDED.
class Credentials {
 public:
  virtual ~Credentials() = default;

  // A token that is good for now.
  virtual absl::StatusOr<std::string> AccessToken(absl::Time deadline) = 0;

  // The same, after the practice system didn't accept `refused`.
  virtual absl::StatusOr<std::string> AccessTokenInPlaceOf(std::string_view refused,
                                                           absl::Time deadline) = 0;

  // The practice system said that what this token stands for may not see the tenant.
  virtual void AccessDenied(std::string_view token) = 0;
};

}  // namespace profilesync::connector
