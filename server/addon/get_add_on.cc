#include "server/addon/get_add_on.h"

#include "server/verb/find.h"

namespace profilesync::addon {

absl::StatusOr<v1::AddOn> GetAddOn(const Environment& /*environment*/, const access::Call& /*call*/,
                                   const v1::GetAddOnRequest& request,
                                   const store::Reader& reader) {
  return verb::FindAddOn(reader, request.name());
}

}  // namespace profilesync::addon
