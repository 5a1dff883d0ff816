#include "server/link/get_link.h"

#include <utility>

#include "common/status.h"
#include "server/verb/find.h"

namespace profilesync::link {

absl::StatusOr<v1::Link> GetLink(const Environment& /*environment*/, const access::Call& /*call*/,
                                 const v1::GetLinkRequest& request, const store::Reader& reader) {
  ASSIGN_OR_RETURN(store::LinkRow row, verb::FindLink(reader, request.name()));
  return std::move(row.link);
}

}  // namespace profilesync::link
