#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/firm_service.pb.h"
#include "server/environment.h"

namespace profilesync::firm {

// FirmService.UpdateFirm: NOT_FOUND; ABORTED (CHANGED_SINCE_READ); INVALID_ARGUMENT listing all
// that is wrong.
absl::StatusOr<v1::Firm> UpdateFirm(const Environment& environment, const access::Call& call,
                                    const v1::UpdateFirmRequest& request,
                                    store::Transaction& transaction);

}  // namespace profilesync::firm
