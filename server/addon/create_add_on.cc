#include "server/addon/create_add_on.h"

#include <optional>
#include <string>

#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/authorisation.h"
#include "server/addon/check_settings.h"
#include "server/model/link_state.h"
#include "server/verb/check.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"

namespace profilesync::addon {
namespace {

// The add-on that the request asks for, with what callers may set alone.
absl::StatusOr<v1::AddOn> Requested(const Environment& environment,
                                    const v1::CreateAddOnRequest& request) {
  const v1::AddOn& given = request.add_on();
  Violations violations;
  const std::string id =
      verb::ChooseId("add_on_id", request.add_on_id(), environment.ids, &violations);
  connector::Connector* connector = environment.connectors.Find(LastId(given.practice_system()));
  verb::CheckText("add_on.tenant_id", given.tenant_id(), kLongestTenantId,
                  /*required=*/connector != nullptr && connector->authoriser() == nullptr,
                  &violations);
  if (connector == nullptr) {
    violations.Add("add_on.practice_system", "is not among those that ListPracticeSystems names");
  }
  CheckAddOn(given, connector == nullptr ? nullptr : &connector->Describe(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::AddOn add_on;
  add_on.set_name(AddOnName(LastId(request.parent()), id));
  add_on.set_practice_system(given.practice_system());
  add_on.set_tenant_id(given.tenant_id());
  add_on.set_display_name(given.display_name().empty() ? connector->Describe().display_name
                                                       : given.display_name());
  add_on.set_state(v1::AddOn::ACTIVE);
  *add_on.mutable_settings() = given.settings();
  return add_on;
}

}  // namespace

absl::StatusOr<v1::AddOn> CreateAddOn(const Environment& environment, const access::Call& call,
                                      const v1::CreateAddOnRequest& request,
                                      store::Transaction& transaction) {
  RETURN_IF_ERROR(verb::FindFirm(transaction, request.parent()).status());
  ASSIGN_OR_RETURN(v1::AddOn add_on, Requested(environment, request));
  const std::string_view firm_id = LastId(request.parent());
  ASSIGN_OR_RETURN(const std::optional<v1::AddOn> existing,
                   transaction.FindAddOn(firm_id, LastId(add_on.name())));
  if (existing) {
    return verb::AlreadyExists(existing->name());
  }
  if (!add_on.tenant_id().empty()) {
    RETURN_IF_ERROR(CheckTenant(environment, transaction, add_on, add_on.tenant_id()));
  }
  connector::Authoriser* const authoriser = model::ConnectorOf(environment, add_on)->authoriser();
  if (authoriser != nullptr) {
    add_on.set_state(v1::AddOn::PENDING_AUTHORISATION);
    RETURN_IF_ERROR(BeginAuthorisation(environment, call, *authoriser, &add_on, transaction));
  }
  *add_on.mutable_create_time() = ToProto(call.now);
  *add_on.mutable_update_time() = ToProto(call.now);
  verb::SetEtag(environment.etag_key, &add_on);
  RETURN_IF_ERROR(transaction.PutAddOn(add_on));
  return add_on;
}

}  // namespace profilesync::addon
