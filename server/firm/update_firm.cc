#include "server/firm/update_firm.h"

#include <string>
#include <utility>

#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/firm/check_firm.h"
#include "server/model/link_state.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"
#include "server/verb/update_mask.h"

namespace profilesync::firm {

absl::StatusOr<v1::Firm> UpdateFirm(const Environment& environment, const access::Call& call,
                                    const v1::UpdateFirmRequest& request,
                                    store::Transaction& transaction) {
  const std::string& name = request.firm().name();
  ASSIGN_OR_RETURN(auto existing, transaction.FindFirm(FirmOf(name)));
  if (!existing) {
    return verb::NotFound(name);
  }
  const std::string region_before = existing->region_code();
  v1::Firm firm = *std::move(existing);
  RETURN_IF_ERROR(verb::CheckEtag(request.firm().etag(), firm.etag(), name));

  Violations violations;
  verb::ApplyUpdateMask(request.update_mask(), request.firm(), &firm, &violations);
  if (firm.time_zone().empty()) {
    firm.set_time_zone("UTC");
  }
  CheckFirm(firm, &violations);
  RETURN_IF_ERROR(violations.ToStatus());

  *firm.mutable_update_time() = ToProto(call.now);
  verb::SetEtag(environment.etag_key, &firm);
  RETURN_IF_ERROR(transaction.PutFirm(firm));
  if (firm.region_code() != region_before) {
    // Phones and addresses are read by it: every diff is made anew.
    RETURN_IF_ERROR(model::RestateLinks(environment, transaction, LastId(name), {}));
  }
  return firm;
}

}  // namespace profilesync::firm
