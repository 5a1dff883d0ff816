#pragma once

#include "absl/status/statusor.h"
#include "profilesync/v1/add_on_service.pb.h"
#include "server/access/call.h"
#include "server/environment.h"

namespace profilesync::addon {

// AddOnService.GetPracticeSystem.
absl::StatusOr<v1::PracticeSystem> GetPracticeSystem(const Environment& environment,
                                                     const access::Call& call,
                                                     const v1::GetPracticeSystemRequest& request,
                                                     const store::Reader& reader);

}  // namespace profilesync::addon
