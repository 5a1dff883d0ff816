#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/connector/authoriser.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::model {

// The tokens of one authorised add-on: kept in the store, and renewed there by one caller at a time
// among all processes on the store. New ones are stored before they are used. When the practice
// system no longer accepts the authorisation the add-on turns NEEDS_REAUTHORISATION, when it
// refuses the tenant ACCESS_DENIED.
class AddOnCredentials final : public connector::Credentials {
 public:
  // A token is renewed once it has no more than kRenewAhead to live. Until kShortestLife is left,
  // which a call may take, it is good for whoever doesn't get to renew it.
  static constexpr absl::Duration kRenewAhead = absl::Minutes(5);
  static constexpr absl::Duration kShortestLife = absl::Seconds(30);
  // For so long a token that replaced a refused one isn't replaced, though it is refused as well:
  // the next one wouldn't help.
  static constexpr absl::Duration kReplaceAgain = absl::Minutes(1);

  // The first two must outlive it.
  AddOnCredentials(const Environment& environment, connector::Authoriser& authoriser,
                   std::string add_on)
      : environment_(environment), authoriser_(authoriser), add_on_(std::move(add_on)) {}

  absl::StatusOr<std::string> AccessToken(absl::Time deadline) override {
    return Obtain(/*refused=*/"", deadline);
  }
  absl::StatusOr<std::string> AccessTokenInPlaceOf(std::string_view refused,
                                                   absl::Time deadline) override {
    return Obtain(refused, deadline);
  }
  void AccessDenied(std::string_view token) override;

 private:
  absl::StatusOr<std::string> Obtain(std::string_view refused, absl::Time deadline) const;
  absl::StatusOr<storage::v1::OAuthTokens> Load() const;
  // The new access token. ABORTED where another caller renews the tokens or has just done so.
  absl::StatusOr<std::string> RenewInTurn(const storage::v1::OAuthTokens& seen, bool refused) const;
  // Under the lease with that fence, which it gives up.
  absl::StatusOr<std::string> Renew(const storage::v1::OAuthTokens& old, bool refused,
                                    std::int64_t fence) const;
  absl::Status Replace(const storage::v1::OAuthTokens& tokens, std::int64_t fence) const;
  absl::Status Invalidate(std::int64_t fence) const;
  // Turns the add-on, where it is active.
  absl::Status Turn(v1::AddOn::State state, store::Transaction& transaction) const;

  const Environment& environment_;
  connector::Authoriser& authoriser_;
  const std::string add_on_;  // its name
};

// The tokens as they are stored.
storage::v1::OAuthTokens ToStored(const connector::TokenSet& tokens);

// Until when a lease for a call of the authoriser, and the writes around it, is taken at `now`.
absl::Time AuthoriserLeaseExpiry(const connector::Authoriser& authoriser, absl::Time now);

}  // namespace profilesync::model
