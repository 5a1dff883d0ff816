#include "server/addon/reauthorise_add_on.h"

#include <utility>

#include "common/status.h"
#include "server/addon/authorisation.h"
#include "server/model/link_state.h"
#include "server/model/save_add_on.h"
#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> ReauthoriseAddOn(const Environment& environment, const access::Call& call,
                                           const v1::ReauthoriseAddOnRequest& request,
                                           store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(transaction, request.name()));
  connector::Connector* const connector = model::ConnectorOf(environment, add_on);
  if (connector != nullptr && connector->authoriser() != nullptr) {
    RETURN_IF_ERROR(
        BeginAuthorisation(environment, call, *connector->authoriser(), &add_on, transaction));
    // Tokens that are still good are used until the new ones are there.
    if (add_on.state() != v1::AddOn::ACTIVE) {
      add_on.set_state(v1::AddOn::PENDING_AUTHORISATION);
    }
  } else {
    RETURN_IF_ERROR(model::RequireConnector(environment, add_on).status());
    if (add_on.state() == v1::AddOn::ACTIVE) {
      return add_on;
    }
    // The operator's token is all the authorisation that there is: it is tried with the next call.
    add_on.set_state(v1::AddOn::ACTIVE);
  }
  return model::SaveAddOn(environment, call.now, std::move(add_on), /*resourced=*/{}, transaction);
}

}  // namespace profilesync::addon
