#include "server/profile/delete_profile.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/proto_time.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/delete_links.h"
#include "server/model/export_state.h"
#include "server/verb/etag.h"
#include "server/verb/find.h"

namespace profilesync::profile {

absl::StatusOr<google::protobuf::Empty> DeleteProfile(const Environment& /*environment*/,
                                                      const access::Call& call,
                                                      const v1::DeleteProfileRequest& request,
                                                      store::Transaction& transaction) {
  const std::string_view firm_id = FirmOf(request.name());
  const std::string_view profile_id = LastId(request.name());
  ASSIGN_OR_RETURN(const store::ProfileRow row, verb::FindProfile(transaction, request.name()));
  RETURN_IF_ERROR(verb::CheckEtag(request.etag(), row.profile.etag(), request.name()));
  RETURN_IF_ERROR(model::CheckNoExportUnderWay(transaction, request.name()));
  RETURN_IF_ERROR(model::DeleteLinks(transaction, firm_id, {.profile_id = std::string(profile_id)},
                                     request.force(), request.name()));
  v1::ProfileChange change;
  change.mutable_profile()->set_name(request.name());
  change.set_action(v1::ProfileChange::DELETED);
  change.set_source(v1::ProfileChange::PLATFORM);
  change.set_actor(call.caller.Actor());
  *change.mutable_change_time() = ToProto(call.now);
  RETURN_IF_ERROR(transaction.AppendProfileChange(firm_id, &change).status());
  RETURN_IF_ERROR(transaction.DeleteProfile(firm_id, profile_id));
  return google::protobuf::Empty();
}

}  // namespace profilesync::profile
