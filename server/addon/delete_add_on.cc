#include "server/addon/delete_add_on.h"

#include <string>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/addon/unfinished.h"
#include "server/model/delete_links.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<google::protobuf::Empty> DeleteAddOn(const Environment& /*environment*/,
                                                    const access::Call& /*call*/,
                                                    const v1::DeleteAddOnRequest& request,
                                                    store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const v1::AddOn add_on, verb::FindAddOn(transaction, request.name()));
  RETURN_IF_ERROR(verb::CheckEtag(request.etag(), add_on.etag(), request.name()));
  RETURN_IF_ERROR(CheckNoneUnfinished(transaction, request.name()));
  const std::string_view firm_id = FirmOf(request.name());
  const std::string_view id = LastId(request.name());
  RETURN_IF_ERROR(model::DeleteLinks(transaction, firm_id, {.add_on_id = std::string(id)},
                                     request.force(), request.name()));
  RETURN_IF_ERROR(transaction.DeleteAddOn(firm_id, id));
  return google::protobuf::Empty();
}

}  // namespace profilesync::addon
