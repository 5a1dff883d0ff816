#include "server/access/call.h"

#include "common/error.h"

namespace profilesync::access {

// The deadline first: a call whose deadline passed counts as cancelled as well.
absl::Status CheckAlive(const Call& call, absl::Time now) {
  if (now >= call.deadline) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, v1::DEADLINE_PASSED,
                     "the call's deadline passed");
  }
  if (call.cancelled && call.cancelled()) {
    return absl::CancelledError("the caller hung up");
  }
  return absl::OkStatus();
}

}  // namespace profilesync::access
