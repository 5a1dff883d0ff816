#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "profilesync/config/v1/config.pb.h"
#include "server/access/call.h"

namespace profilesync::access {

// What a call's metadata says about who is calling. nullopt: the key isn't there.
struct Credentials {
  std::optional<std::string_view> authorization;
  std::optional<std::string_view> actor;       // profilesync-actor: the person behind the call
  std::optional<std::string_view> actor_role;  // profilesync-actor-role: "viewer" or "VIEWER", …
  bool authorization_repeated = false;         // the key is there more than once
  bool actor_repeated = false;                 // one of the actor's is
};

// Finds out who is calling. Keeps no token, but keyed hashes of them. Immutable, so thread-safe.
class Authenticator {
 public:
  // With the tokens of a token file. FAILED_PRECONDITION listing all that is wrong with it; the
  // message names services and never a token. Wipes the tokens in `config`.
  static absl::StatusOr<std::unique_ptr<Authenticator>> ForTokens(config::v1::TokensConfig config);
  // Without tokens: everyone is `local`, with all roles.
  static std::unique_ptr<Authenticator> ForLocal();

  // UNAUTHENTICATED without a known token. Of the actor that a known service names:
  // PERMISSION_DENIED (ACTOR_NOT_ALLOWED) where it may not name one, INVALID_ARGUMENT where it
  // can't be read.
  absl::StatusOr<Caller> Authenticate(const Credentials& credentials) const;

 private:
  struct Entry {
    std::string token_hash;
    Caller caller;
    bool may_assert_actor = false;
  };

  explicit Authenticator(bool local);

  std::string Hash(std::string_view token) const;
  const Entry* Find(std::string_view token) const;
  // Who the token says is calling.
  absl::StatusOr<const Entry*> FindService(const Credentials& credentials) const;

  const bool local_;
  const std::string hash_key_;  // new at every start
  std::vector<Entry> entries_;  // the one of everyone where `local_`
};

// PERMISSION_DENIED (ROLE_TOO_LOW) unless the caller's role is `needed` or a higher one.
absl::Status CheckRole(const Caller& caller, Role needed);

// PERMISSION_DENIED (FIRM_NOT_ALLOWED) unless the caller may reach the firm, existing or not.
absl::Status CheckFirm(const Caller& caller, std::string_view firm);

}  // namespace profilesync::access
