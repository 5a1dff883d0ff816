#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/firm_service.pb.h"
#include "server/environment.h"

namespace profilesync::firm {

// FirmService.CreateFirm: ALREADY_EXISTS (RESOURCE_EXISTS); INVALID_ARGUMENT listing all that is
// wrong.
absl::StatusOr<v1::Firm> CreateFirm(const Environment& environment, const access::Call& call,
                                    const v1::CreateFirmRequest& request,
                                    store::Transaction& transaction);

}  // namespace profilesync::firm
