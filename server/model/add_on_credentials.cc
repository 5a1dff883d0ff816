#include "server/model/add_on_credentials.h"

#include <algorithm>
#include <optional>

#include "absl/time/clock.h"
#include "common/error.h"
#include "common/failpoint.h"
#include "common/log.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/save_add_on.h"
#include "server/store/leases.h"
#include "server/verb/find.h"

namespace profilesync::model {
namespace {

// How often a caller looks whether another has renewed the tokens.
constexpr absl::Duration kLookAgain = absl::Milliseconds(50);
constexpr absl::Duration kForWrites = absl::Seconds(10);

absl::Status NeedsReauthorisation(const std::string& add_on) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION,
                   "add-on " + add_on + " needs to be reauthorised", {{"add_on", add_on}});
}

// The add-on's tokens; FAILED_PRECONDITION (NEEDS_REAUTHORISATION) where it has none.
absl::StatusOr<storage::v1::AddOnCredentials> FindTokens(const store::Reader& reader,
                                                         const std::string& add_on) {
  ASSIGN_OR_RETURN(auto credentials, reader.FindCredentials(FirmOf(add_on), LastId(add_on)));
  if (!credentials || !credentials->has_tokens()) {
    return NeedsReauthorisation(add_on);
  }
  return *std::move(credentials);
}

}  // namespace

absl::StatusOr<std::string> AddOnCredentials::Obtain(std::string_view refused,
                                                     absl::Time deadline) const {
  while (true) {
    ASSIGN_OR_RETURN(const storage::v1::OAuthTokens tokens, Load());
    const bool accepted = tokens.access_token() != refused;
    const absl::Time now = environment_.clock.Now();
    const absl::Duration left = FromProto(tokens.access_token_expire_time()) - now;
    if (accepted && left > kRenewAhead) {
      return tokens.access_token();
    }
    if (!accepted && tokens.has_replace_time() &&
        now - FromProto(tokens.replace_time()) < kReplaceAgain) {
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::NEEDS_REAUTHORISATION,
                       "the practice system doesn't accept tokens that were just renewed",
                       {{"add_on", add_on_}});
    }
    absl::StatusOr<std::string> renewed = RenewInTurn(tokens, !accepted);
    if (renewed.ok() || absl::IsFailedPrecondition(renewed.status())) {
      return renewed;
    }
    if (accepted && left > kShortestLife) {
      return tokens.access_token();
    }
    if (!absl::IsAborted(renewed.status())) {
      return renewed;
    }
    if (environment_.clock.Now() + kLookAgain >= deadline) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, v1::DEADLINE_PASSED,
                       "the deadline passed while new tokens were fetched");
    }
    absl::SleepFor(kLookAgain);
  }
}

absl::StatusOr<storage::v1::OAuthTokens> AddOnCredentials::Load() const {
  storage::v1::OAuthTokens tokens;
  RETURN_IF_ERROR(environment_.store.Read([&](const store::Reader& reader) -> absl::Status {
    ASSIGN_OR_RETURN(auto credentials, FindTokens(reader, add_on_));
    tokens = std::move(*credentials.mutable_tokens());
    return absl::OkStatus();
  }));
  return tokens;
}

absl::StatusOr<std::string> AddOnCredentials::RenewInTurn(const storage::v1::OAuthTokens& seen,
                                                          bool refused) const {
  store::Lease lease;
  RETURN_IF_ERROR(
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto credentials, FindTokens(transaction, add_on_));
        if (credentials.tokens().access_token() != seen.access_token()) {
          return absl::AbortedError("another caller has renewed them");
        }
        const absl::Time now = environment_.clock.Now();
        ASSIGN_OR_RETURN(lease, transaction.AcquireLease(store::CredentialsLeaseKey(add_on_),
                                                         environment_.ids.NewId(), now,
                                                         AuthoriserLeaseExpiry(authoriser_, now)));
        return absl::OkStatus();
      }));
  return Renew(seen, refused, lease.fence);
}

absl::StatusOr<std::string> AddOnCredentials::Renew(const storage::v1::OAuthTokens& old,
                                                    bool refused, std::int64_t fence) const {
  const absl::StatusOr<connector::TokenSet> fresh = authoriser_.Refresh(old.refresh_token());
  if (fresh.ok()) {
    RETURN_IF_ERROR(Failpoint("credentials.after_refresh"));
    storage::v1::OAuthTokens tokens = ToStored(*fresh);
    if (refused) {
      *tokens.mutable_replace_time() = ToProto(environment_.clock.Now());
    }
    RETURN_IF_ERROR(Replace(tokens, fence));
    RETURN_IF_ERROR(Failpoint("credentials.after_store"));
    return fresh->access_token;
  }
  if (absl::IsFailedPrecondition(fresh.status())) {
    RETURN_IF_ERROR(Invalidate(fence));
    return NeedsReauthorisation(add_on_);
  }
  environment_.store
      .WriteAndWait([&](store::Transaction& transaction) {
        return transaction.ReleaseLease(store::CredentialsLeaseKey(add_on_), fence);
      })
      .IgnoreError();  // the lease ends by itself
  return fresh.status();
}

absl::Status AddOnCredentials::Replace(const storage::v1::OAuthTokens& tokens,
                                       std::int64_t fence) const {
  return environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
    const std::string key = store::CredentialsLeaseKey(add_on_);
    RETURN_IF_ERROR(transaction.CheckLease(key, fence));
    ASSIGN_OR_RETURN(auto credentials, FindTokens(transaction, add_on_));
    *credentials.mutable_tokens() = tokens;
    RETURN_IF_ERROR(transaction.PutCredentials(FirmOf(add_on_), LastId(add_on_), credentials));
    return transaction.ReleaseLease(key, fence);
  });
}

absl::Status AddOnCredentials::Invalidate(std::int64_t fence) const {
  return environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
    const std::string key = store::CredentialsLeaseKey(add_on_);
    RETURN_IF_ERROR(transaction.CheckLease(key, fence));
    ASSIGN_OR_RETURN(auto credentials, FindTokens(transaction, add_on_));
    credentials.clear_tokens();
    RETURN_IF_ERROR(transaction.PutCredentials(FirmOf(add_on_), LastId(add_on_), credentials));
    RETURN_IF_ERROR(Turn(v1::AddOn::NEEDS_REAUTHORISATION, transaction));
    return transaction.ReleaseLease(key, fence);
  });
}

void AddOnCredentials::AccessDenied(std::string_view token) {
  const absl::Status stored =
      environment_.store.WriteAndWait([&](store::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(auto credentials, FindTokens(transaction, add_on_));
        // Another authorisation may have taken its place since.
        return credentials.tokens().access_token() == token
                   ? Turn(v1::AddOn::ACCESS_DENIED, transaction)
                   : absl::OkStatus();
      });
  if (!stored.ok()) {
    LogWarning("that ", add_on_, " is denied access can't be stored: ", stored.message());
  }
}

absl::Status AddOnCredentials::Turn(v1::AddOn::State state, store::Transaction& transaction) const {
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(transaction, add_on_));
  if (add_on.state() != v1::AddOn::ACTIVE) {
    return absl::OkStatus();
  }
  add_on.set_state(state);
  LogWarning(add_on_, " is ", v1::AddOn::State_Name(state), " from now on");
  return SaveAddOn(environment_, environment_.clock.Now(), std::move(add_on), /*resourced=*/{},
                   transaction)
      .status();
}

storage::v1::OAuthTokens ToStored(const connector::TokenSet& tokens) {
  storage::v1::OAuthTokens stored;
  stored.set_access_token(tokens.access_token);
  *stored.mutable_access_token_expire_time() = ToProto(tokens.access_expiry);
  stored.set_refresh_token(tokens.refresh_token);
  return stored;
}

absl::Time AuthoriserLeaseExpiry(const connector::Authoriser& authoriser, absl::Time now) {
  return now + authoriser.LongestCall() + kForWrites;
}

}  // namespace profilesync::model
