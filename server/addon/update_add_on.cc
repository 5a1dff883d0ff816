#include "server/addon/update_add_on.h"

#include <utility>

#include "common/status.h"
#include "google/protobuf/util/message_differencer.h"
#include "server/addon/check_settings.h"
#include "server/addon/save_add_on.h"
#include "server/model/link_state.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"
#include "server/verb/update_mask.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> UpdateAddOn(const Environment& environment, const access::Call& call,
                                      const v1::UpdateAddOnRequest& request,
                                      store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const v1::AddOn stored, verb::FindAddOn(transaction, request.add_on().name()));
  RETURN_IF_ERROR(verb::CheckEtag(request.add_on().etag(), stored.etag(), stored.name()));
  v1::AddOn updated = stored;
  Violations violations;
  verb::ApplyUpdateMask(request.update_mask(), request.add_on(), &updated, &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  connector::Connector* connector = model::ConnectorOf(environment, updated);
  if (connector == nullptr) {
    violations.Add("add_on.practice_system", "is no longer configured");
    return violations.ToStatus();
  }
  if (updated.display_name().empty()) {
    updated.set_display_name(connector->Describe().display_name);
  }
  CheckAddOn(updated, connector->Describe(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  v1::AddOnSettings before;
  v1::AddOnSettings after;
  *before.mutable_field_sources() = stored.settings().field_sources();
  *after.mutable_field_sources() = updated.settings().field_sources();
  const bool sources_changed = !google::protobuf::util::MessageDifferencer::Equals(before, after);
  return SaveAddOn(environment, call, std::move(updated), sources_changed, transaction);
}

}  // namespace profilesync::addon
