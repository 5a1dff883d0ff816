#include "server/addon/authorise_add_on.h"

#include <sodium.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/authorisation.h"
#include "server/model/add_on_credentials.h"
#include "server/model/save_add_on.h"
#include "server/store/leases.h"
#include "server/verb/check.h"
#include "server/verb/find.h"
#include "server/verb/request_id.h"

namespace profilesync::addon {
namespace {

using connector::AuthorisedTenant;

constexpr std::size_t kLongestState = 128;  // bytes
constexpr std::size_t kLongestCode = 4096;  // bytes
constexpr std::size_t kMostNamed = 20;      // tenants in an error

absl::Status Refuse(std::string_view field, std::string_view description) {
  Violations violations;
  violations.Add(field, description);
  return violations.ToStatus();
}

absl::Status CheckPending(const storage::v1::PendingAuthorisation& pending,
                          const access::Call& call, const v1::AuthoriseAddOnRequest& request) {
  constexpr std::string_view kAnew = ": start anew with ReauthoriseAddOn";
  const std::string& state = pending.state();
  if (state.empty() || state.size() != request.state().size() ||
      sodium_memcmp(state.data(), request.state().data(), state.size()) != 0 ||
      pending.actor() != call.caller.Actor()) {
    return Refuse("state", absl::StrCat("is not of an authorisation that this caller started and "
                                        "that is still to be completed",
                                        AV(kAnew)));
  }
  if (FromProto(pending.expire_time()) <= call.now) {
    return Refuse("state", absl::StrCat("is older than ", absl::FormatDuration(kAuthorisationTime),
                                        AV(kAnew)));
  }
  if (!pending.code().empty() && pending.code() != request.code()) {
    return Refuse("state", absl::StrCat("has come back with another code before", AV(kAnew)));
  }
  return absl::OkStatus();
}

std::string Names(const std::vector<AuthorisedTenant>& tenants) {
  const std::size_t named = std::min(tenants.size(), kMostNamed);
  std::string names =
      absl::StrJoin(tenants.begin(), tenants.begin() + static_cast<std::ptrdiff_t>(named), ", ",
                    [](std::string* out, const AuthorisedTenant& tenant) {
                      absl::StrAppend(out, tenant.id, " (", tenant.display_name, ")");
                    });
  if (named < tenants.size()) {
    absl::StrAppend(&names, " and ", tenants.size() - named, " more");
  }
  return names;
}

// Which of the tenants that the authorisation reaches the add-on is to have: its own, the one that
// was asked for, or the only one.
absl::StatusOr<std::string> ChooseTenant(const v1::AddOn& add_on, const std::string& asked,
                                         const std::vector<AuthorisedTenant>& tenants) {
  const auto reached = [&](const std::string& id) {
    return std::any_of(tenants.begin(), tenants.end(),
                       [&](const AuthorisedTenant& tenant) { return tenant.id == id; });
  };
  const std::string& own = add_on.tenant_id();
  if (!own.empty()) {
    if (reached(own) && (asked.empty() || asked == own)) {
      return own;
    }
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::TENANT_MISMATCH,
                     absl::StrCat("add-on ", add_on.name(), " is of tenant ", own, ", which ",
                                  asked.empty() || asked == own
                                      ? absl::StrCat("the authorisation doesn't reach; it reaches ",
                                                     tenants.empty() ? "none" : Names(tenants))
                                      : "is not the one that was asked for"),
                     {{"add_on", add_on.name()}, {"tenant_id", own}});
  }
  if (tenants.empty()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED,
                     "the authorisation reaches no tenant of the practice system: authorise anew "
                     "and choose one there",
                     {{"add_on", add_on.name()}});
  }
  if (!asked.empty()) {
    return reached(asked)
               ? absl::StatusOr<std::string>(asked)
               : Refuse("tenant_id",
                        "is none of those that the authorisation reaches: " + Names(tenants));
  }
  if (tenants.size() > 1) {
    return Refuse("tenant_id",
                  "is required where the authorisation reaches several: " + Names(tenants));
  }
  return tenants.front().id;
}

// One call of the verb.
class Authorisation {
 public:
  Authorisation(const Environment& environment, const access::Call& call,
                const v1::AuthoriseAddOnRequest& request)
      : environment_(environment),
        call_(call),
        request_(request),
        request_id_(environment.etag_key, call, request),
        lease_key_(store::CredentialsLeaseKey(request.name())) {}

  absl::StatusOr<v1::AddOn> Run();

 private:
  // Checks the request, and unless it was answered before keeps the code and takes the lease.
  absl::Status Begin(store::Transaction& transaction);
  absl::StatusOr<v1::AddOn> Complete();
  // Redeems the code, unless an earlier call did.
  absl::Status Redeem();
  absl::Status Activate(const std::vector<AuthorisedTenant>& tenants,
                        store::Transaction& transaction);
  absl::StatusOr<storage::v1::AddOnCredentials> Credentials(const store::Reader& reader) const;
  // The same; ABORTED unless this is still the authorisation that is under way.
  absl::StatusOr<storage::v1::AddOnCredentials> OwnCredentials(const store::Reader& reader) const;
  absl::Status Put(const storage::v1::AddOnCredentials& credentials,
                   store::Transaction& transaction) const {
    return transaction.PutCredentials(FirmOf(request_.name()), LastId(request_.name()),
                                      credentials);
  }

  const Environment& environment_;
  const access::Call& call_;
  const v1::AuthoriseAddOnRequest& request_;
  const verb::RequestId request_id_;
  const std::string lease_key_;
  v1::AddOn add_on_;  // at last the answer
  bool answered_ = false;
  connector::Authoriser* authoriser_ = nullptr;
  storage::v1::PendingAuthorisation pending_;
  store::Lease lease_;
};

absl::StatusOr<v1::AddOn> Authorisation::Run() {
  RETURN_IF_ERROR(environment_.store.WriteAndWait(
      [this](store::Transaction& transaction) { return Begin(transaction); }));
  if (answered_ || request_.validate_only()) {
    return add_on_;
  }
  absl::StatusOr<v1::AddOn> answer = Complete();
  if (!answer.ok()) {
    environment_.store
        .WriteAndWait([this](store::Transaction& transaction) {
          return transaction.ReleaseLease(lease_key_, lease_.fence);
        })
        .IgnoreError();  // the lease ends by itself
  }
  return answer;
}

absl::Status Authorisation::Begin(store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const auto recorded, request_id_.Find(transaction));
  if (recorded) {
    answered_ = true;
    add_on_.ParseFromString(recorded->answer);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(add_on_, verb::FindAddOn(transaction, request_.name()));
  ASSIGN_OR_RETURN(authoriser_, RequireAuthoriser(environment_, add_on_));
  ASSIGN_OR_RETURN(storage::v1::AddOnCredentials credentials, Credentials(transaction));
  RETURN_IF_ERROR(CheckPending(credentials.pending(), call_, request_));
  if (request_.validate_only()) {
    return absl::OkStatus();
  }
  const absl::Time now = environment_.clock.Now();
  ASSIGN_OR_RETURN(lease_,
                   transaction.AcquireLease(lease_key_, environment_.ids.NewId(), now,
                                            model::AuthoriserLeaseExpiry(*authoriser_, now)));
  credentials.mutable_pending()->set_code(request_.code());
  pending_ = credentials.pending();
  return Put(credentials, transaction);
}

absl::StatusOr<v1::AddOn> Authorisation::Complete() {
  RETURN_IF_ERROR(Redeem());
  ASSIGN_OR_RETURN(const std::vector<AuthorisedTenant> tenants,
                   authoriser_->Tenants(pending_.tokens().access_token()));
  RETURN_IF_ERROR(environment_.store.WriteAndWait(
      [&](store::Transaction& transaction) { return Activate(tenants, transaction); }));
  return add_on_;
}

absl::Status Authorisation::Redeem() {
  if (pending_.has_tokens()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const connector::TokenSet tokens,
                   authoriser_->Redeem(pending_.code(), pending_.code_verifier()));
  *pending_.mutable_tokens() = model::ToStored(tokens);
  // Kept at once: the code is used up, and what follows may have to be tried again.
  return environment_.store.WriteAndWait([this](store::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(transaction.CheckLease(lease_key_, lease_.fence));
    ASSIGN_OR_RETURN(storage::v1::AddOnCredentials credentials, OwnCredentials(transaction));
    *credentials.mutable_pending() = pending_;
    return Put(credentials, transaction);
  });
}

absl::Status Authorisation::Activate(const std::vector<AuthorisedTenant>& tenants,
                                     store::Transaction& transaction) {
  RETURN_IF_ERROR(transaction.CheckLease(lease_key_, lease_.fence));
  ASSIGN_OR_RETURN(storage::v1::AddOnCredentials credentials, OwnCredentials(transaction));
  ASSIGN_OR_RETURN(add_on_, verb::FindAddOn(transaction, request_.name()));
  ASSIGN_OR_RETURN(const std::string tenant_id,
                   ChooseTenant(add_on_, request_.tenant_id(), tenants));
  RETURN_IF_ERROR(CheckTenant(environment_, transaction, add_on_, tenant_id));
  *credentials.mutable_tokens() = pending_.tokens();
  credentials.clear_pending();
  RETURN_IF_ERROR(Put(credentials, transaction));
  add_on_.set_tenant_id(tenant_id);
  add_on_.set_state(v1::AddOn::ACTIVE);
  add_on_.clear_authorise_uri();
  ASSIGN_OR_RETURN(add_on_, model::SaveAddOn(environment_, environment_.clock.Now(),
                                             std::move(add_on_), /*resourced=*/{}, transaction));
  RETURN_IF_ERROR(request_id_.RecordAnswer(transaction, add_on_));
  return transaction.ReleaseLease(lease_key_, lease_.fence);
}

absl::StatusOr<storage::v1::AddOnCredentials> Authorisation::Credentials(
    const store::Reader& reader) const {
  ASSIGN_OR_RETURN(auto credentials,
                   reader.FindCredentials(FirmOf(request_.name()), LastId(request_.name())));
  return credentials ? *std::move(credentials) : storage::v1::AddOnCredentials();
}

absl::StatusOr<storage::v1::AddOnCredentials> Authorisation::OwnCredentials(
    const store::Reader& reader) const {
  ASSIGN_OR_RETURN(storage::v1::AddOnCredentials credentials, Credentials(reader));
  if (credentials.pending().state() != pending_.state()) {
    return MakeError(absl::StatusCode::kAborted, v1::CHANGED_SINCE_READ,
                     "another authorisation of the add-on was started meanwhile",
                     {{"resource", request_.name()}});
  }
  return credentials;
}

}  // namespace

void CheckAuthoriseAddOn(const v1::AuthoriseAddOnRequest& request, Violations* violations) {
  verb::CheckText("state", request.state(), kLongestState, /*required=*/true, violations);
  verb::CheckText("code", request.code(), kLongestCode, /*required=*/true, violations);
  verb::CheckText("tenant_id", request.tenant_id(), kLongestTenantId, /*required=*/false,
                  violations);
}

absl::StatusOr<v1::AddOn> AuthoriseAddOn(const Environment& environment, const access::Call& call,
                                         const v1::AuthoriseAddOnRequest& request) {
  Violations violations;
  CheckAuthoriseAddOn(request, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  return Authorisation(environment, call, request).Run();
}

}  // namespace profilesync::addon
