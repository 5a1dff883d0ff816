#include "server/link/delete_link.h"

#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/delete_links.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"

namespace profilesync::link {

absl::StatusOr<google::protobuf::Empty> DeleteLink(const Environment& /*environment*/,
                                                   const access::Call& /*call*/,
                                                   const v1::DeleteLinkRequest& request,
                                                   store::Transaction& transaction) {
  ASSIGN_OR_RETURN(const store::LinkRow row, verb::FindLink(transaction, request.name()));
  RETURN_IF_ERROR(verb::CheckEtag(request.etag(), row.link.etag(), request.name()));
  RETURN_IF_ERROR(model::CheckFinished(row));
  RETURN_IF_ERROR(transaction.DeleteLink(FirmOf(request.name()), LastId(request.name())));
  return google::protobuf::Empty();
}

}  // namespace profilesync::link
