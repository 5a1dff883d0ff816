#include "server/addon/resume_add_on_writes.h"

#include <utility>

#include "common/status.h"
#include "server/model/save_add_on.h"
#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> ResumeAddOnWrites(const Environment& environment,
                                            const access::Call& call,
                                            const v1::ResumeAddOnWritesRequest& request,
                                            store::Transaction& transaction) {
  ASSIGN_OR_RETURN(v1::AddOn add_on, verb::FindAddOn(transaction, request.name()));
  if (!add_on.has_write_suspension()) {
    return add_on;
  }
  add_on.clear_write_suspension();
  return model::SaveAddOn(environment, call.now, std::move(add_on), /*resourced=*/{}, transaction);
}

}  // namespace profilesync::addon
