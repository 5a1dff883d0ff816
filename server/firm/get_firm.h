#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/firm_service.pb.h"
#include "server/environment.h"

namespace profilesync::firm {

// FirmService.GetFirm: NOT_FOUND.
absl::StatusOr<v1::Firm> GetFirm(const Environment& environment, const access::Call& call,
                                 const v1::GetFirmRequest& request, const store::Reader& reader);

}  // namespace profilesync::firm
