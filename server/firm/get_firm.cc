#include "server/firm/get_firm.h"

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::firm {

absl::StatusOr<v1::Firm> GetFirm(const Environment&, const access::Call&,
                                 const v1::GetFirmRequest& request, const store::Reader& reader) {
  ASSIGN_OR_RETURN(auto firm, reader.FindFirm(FirmOf(request.name())));
  if (!firm) {
    return verb::NotFound(request.name());
  }
  return *std::move(firm);
}

}  // namespace profilesync::firm
