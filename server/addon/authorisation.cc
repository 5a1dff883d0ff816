#include "server/addon/authorisation.h"

#include <optional>

#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/verb/errors.h"

namespace profilesync::addon {

absl::StatusOr<connector::Authoriser*> RequireAuthoriser(const Environment& environment,
                                                         const v1::AddOn& add_on) {
  connector::Connector* const connector = model::ConnectorOf(environment, add_on);
  if (connector == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ADD_ON_NOT_ACTIVE,
                     add_on.practice_system() + " is no longer configured",
                     {{"add_on", add_on.name()}});
  }
  if (connector->authoriser() == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::UNSUPPORTED_BY_PRACTICE_SYSTEM,
                     add_on.practice_system() +
                         " is reached by a token that the operator configured: there is nothing "
                         "to authorise",
                     {{"add_on", add_on.name()}});
  }
  return connector->authoriser();
}

absl::Status CheckTenant(const Environment& environment, const store::Reader& reader,
                         const v1::AddOn& add_on, const std::string& tenant_id) {
  const std::string_view firm_id = FirmOf(add_on.name());
  const std::string_view practice_system = LastId(add_on.practice_system());
  if (!environment.connectors.MayConnect(practice_system, firm_id, tenant_id)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, v1::ACCESS_DENIED,
                     "the operator doesn't let the firm connect to that tenant",
                     {{"add_on", add_on.name()}});
  }
  ASSIGN_OR_RETURN(const std::optional<v1::AddOn> existing,
                   reader.FindAddOnByTenant(firm_id, practice_system, tenant_id));
  return existing && existing->name() != add_on.name() ? verb::AlreadyExists(existing->name())
                                                       : absl::OkStatus();
}

absl::Status BeginAuthorisation(const Environment& environment, const access::Call& call,
                                const connector::Authoriser& authoriser, v1::AddOn* add_on,
                                store::Transaction& transaction) {
  const std::string_view firm_id = FirmOf(add_on->name());
  const std::string_view id = LastId(add_on->name());
  ASSIGN_OR_RETURN(auto credentials, transaction.FindCredentials(firm_id, id));
  if (!credentials) {
    credentials.emplace();
  }
  storage::v1::PendingAuthorisation pending;
  pending.set_state(environment.ids.NewSecret());
  pending.set_code_verifier(environment.ids.NewSecret());
  pending.set_actor(call.caller.Actor());
  *pending.mutable_expire_time() = ToProto(call.now + kAuthorisationTime);
  ASSIGN_OR_RETURN(*add_on->mutable_authorise_uri(),
                   authoriser.AuthoriseUri(pending.state(), pending.code_verifier()));
  *credentials->mutable_pending() = std::move(pending);
  return transaction.PutCredentials(firm_id, id, *credentials);
}

}  // namespace profilesync::addon
