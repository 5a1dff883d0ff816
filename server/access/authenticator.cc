#include "server/access/authenticator.h"

#include <sodium.h>

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::access {
namespace {

constexpr std::size_t kShortestToken = 32;  // bytes
constexpr std::size_t kLongestPerson = 255;

std::string RandomKey() {
  std::string key(crypto_generichash_KEYBYTES, '\0');
  randombytes_buf(key.data(), key.size());
  return key;
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void CheckService(const config::v1::ServiceToken& service, std::string_view which,
                  std::vector<std::string>* wrong) {
  const auto add = [&](std::string_view what) {
    wrong->push_back(absl::StrCat(AV(which), ": ", AV(what)));
  };
  if (!IsValidId(service.service())) {
    add(absl::StrCat("service ", AV(kIdShape)));
  }
  if (service.token().size() < kShortestToken) {
    add("token must be 32 bytes or longer");
  }
  if (!IsPrintable(service.token())) {
    add("token must be of printable ASCII without blanks");
  }
  if (service.role() == config::v1::ROLE_UNSPECIFIED || !config::v1::Role_IsValid(service.role())) {
    add("role must be set");
  }
  if (service.firms().empty() && service.role() != config::v1::OPERATOR) {
    add("firms must name the firms that it may reach");
  }
  for (const std::string& firm : service.firms()) {
    if (!IsValidId(firm)) {
      add(absl::StrCat("firms must hold firm ids, each of which ", AV(kIdShape)));
      break;
    }
  }
}

absl::Status Unauthenticated(std::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, v1::UNAUTHENTICATED, message);
}

// EDITOR for "editor", and for "EDITOR" as token files have it; ROLE_UNSPECIFIED for what isn't a
// role.
Role RoleFromText(std::string_view text) {
  Role role = config::v1::ROLE_UNSPECIFIED;
  config::v1::Role_Parse(absl::AsciiStrToUpper(AV(text)), &role);
  return role;
}

// Of the two that must come together; `role` is what the second one was read as.
absl::Status CheckActor(const Credentials& credentials, Role role) {
  Violations violations;
  const std::string_view person = credentials.actor.value_or("");
  if (!credentials.actor) {
    violations.Add("profilesync-actor", "must come with profilesync-actor-role, of 1 to 255 bytes");
  } else if (person.empty() || person.size() > kLongestPerson) {
    violations.Add("profilesync-actor", "must be metadata of 1 to 255 bytes");
  }
  if (role == config::v1::ROLE_UNSPECIFIED) {
    violations.Add(
        "profilesync-actor-role",
        absl::StrCat(credentials.actor_role ? "must be" : "must come with profilesync-actor,",
                     " one of viewer, editor, firm_administrator and operator"));
  }
  if (credentials.actor_repeated) {
    violations.Add("profilesync-actor", "must not be repeated, nor profilesync-actor-role");
  }
  return violations.ToStatus();
}

std::string RoleText(Role role) { return absl::AsciiStrToLower(config::v1::Role_Name(role)); }

}  // namespace

Authenticator::Authenticator(bool local) : local_(local), hash_key_(RandomKey()) {}

std::unique_ptr<Authenticator> Authenticator::ForLocal() {
  std::unique_ptr<Authenticator> authenticator(new Authenticator(/*local=*/true));
  authenticator->entries_.push_back({.token_hash = "",
                                     .caller = {.service = "local",
                                                .person = "",
                                                .role = config::v1::OPERATOR,
                                                .all_firms = true,
                                                .firms = {}},
                                     .may_assert_actor = true});
  return authenticator;
}

absl::StatusOr<std::unique_ptr<Authenticator>> Authenticator::ForTokens(
    config::v1::TokensConfig config) {
  std::unique_ptr<Authenticator> authenticator(new Authenticator(/*local=*/false));
  std::vector<std::string> wrong;
  std::set<std::string> hashes;
  if (config.services().empty()) {
    wrong.push_back("it must have at least one service");
  }
  int number = 0;
  for (config::v1::ServiceToken& service : *config.mutable_services()) {
    const std::string which =
        absl::StrCat("service ", ++number, " (", absl::CEscape(service.service()), ")");
    CheckService(service, which, &wrong);
    Entry entry{.token_hash = authenticator->Hash(service.token()),
                .caller = {.service = service.service(),
                           .person = "",
                           .role = service.role(),
                           .all_firms = service.role() == config::v1::OPERATOR,
                           .firms = {service.firms().begin(), service.firms().end()}},
                .may_assert_actor = service.may_assert_actor()};
    if (!hashes.insert(entry.token_hash).second) {
      wrong.push_back(which + ": token is that of another service too");
    }
    authenticator->entries_.push_back(std::move(entry));
    sodium_memzero(service.mutable_token()->data(), service.token().size());
  }
  if (!wrong.empty()) {
    return absl::FailedPreconditionError(absl::StrJoin(wrong, "; "));
  }
  return authenticator;
}

absl::StatusOr<const Authenticator::Entry*> Authenticator::FindService(
    const Credentials& credentials) const {
  if (credentials.authorization_repeated) {
    return Unauthenticated("authorization metadata must not be repeated");
  }
  if (local_) {
    return &entries_.front();
  }
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = credentials.authorization.value_or("");
  if (absl::AsciiStrToLower(AV(header.substr(0, kScheme.size()))) != AV(kScheme)) {
    return Unauthenticated("a bearer token is needed");
  }
  const Entry* entry = Find(header.substr(kScheme.size()));
  if (entry == nullptr) {
    return Unauthenticated("the bearer token isn't known");
  }
  return entry;
}

absl::StatusOr<Caller> Authenticator::Authenticate(const Credentials& credentials) const {
  ASSIGN_OR_RETURN(const Entry* const service, FindService(credentials));
  Caller caller = service->caller;
  if (!credentials.actor && !credentials.actor_role) {
    return caller;
  }
  if (!service->may_assert_actor) {
    return MakeError(absl::StatusCode::kPermissionDenied, v1::ACTOR_NOT_ALLOWED,
                     "the service may not name an actor");
  }
  const Role role = RoleFromText(credentials.actor_role.value_or(""));
  RETURN_IF_ERROR(CheckActor(credentials, role));
  caller.person = std::string(*credentials.actor);
  caller.role = std::min(caller.role, role);
  return caller;
}

std::string Authenticator::Hash(std::string_view token) const {
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                     reinterpret_cast<const unsigned char*>(hash_key_.data()), hash_key_.size());
  return hash;
}

// Goes through all entries whatever it finds, so that the time taken tells nothing.
const Authenticator::Entry* Authenticator::Find(std::string_view token) const {
  const std::string hash = Hash(token);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (sodium_memcmp(entry.token_hash.data(), hash.data(), hash.size()) == 0) {
      found = &entry;
    }
  }
  return found;
}

absl::Status CheckRole(const Caller& caller, Role needed) {
  if (caller.role >= needed) {
    return absl::OkStatus();
  }
  const std::string role = RoleText(needed);
  return MakeError(absl::StatusCode::kPermissionDenied, v1::ROLE_TOO_LOW,
                   "the method needs the role " + role, {{"needed_role", role}});
}

absl::Status CheckFirm(const Caller& caller, std::string_view firm) {
  if (caller.MayReach(firm)) {
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kPermissionDenied, v1::FIRM_NOT_ALLOWED,
                   "the token doesn't name the firm");
}

}  // namespace profilesync::access
