#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/firm_service.pb.h"
#include "server/environment.h"

namespace profilesync::firm {

// FirmService.ListFirms: INVALID_ARGUMENT (INVALID_PAGE_TOKEN). Whoever may reach all firms sees
// them all, anyone else those that the token names.
absl::StatusOr<v1::ListFirmsResponse> ListFirms(const Environment& environment,
                                                const access::Call& call,
                                                const v1::ListFirmsRequest& request,
                                                const store::Reader& reader);

}  // namespace profilesync::firm
