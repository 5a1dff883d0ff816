#include "server/firm/create_firm.h"

#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/firm/check_firm.h"
#include "server/verb/check.h"
#include "server/verb/errors.h"
#include "server/verb/etag.h"

namespace profilesync::firm {

absl::StatusOr<v1::Firm> CreateFirm(const Environment& environment, const access::Call& call,
                                    const v1::CreateFirmRequest& request,
                                    store::Transaction& transaction) {
  v1::Firm firm = request.firm();
  if (firm.time_zone().empty()) {
    firm.set_time_zone("UTC");
  }
  Violations violations;
  const std::string id = verb::ChooseId("firm_id", request.firm_id(), environment.ids, &violations);
  CheckFirm(firm, &violations);
  RETURN_IF_ERROR(violations.ToStatus());

  firm.set_name(FirmName(id));
  ASSIGN_OR_RETURN(const auto existing, transaction.FindFirm(id));
  if (existing) {
    return verb::AlreadyExists(firm.name());
  }
  *firm.mutable_create_time() = ToProto(call.now);
  *firm.mutable_update_time() = firm.create_time();
  verb::SetEtag(environment.etag_key, &firm);
  RETURN_IF_ERROR(transaction.PutFirm(firm));
  return firm;
}

}  // namespace profilesync::firm
