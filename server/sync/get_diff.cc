#include "server/sync/get_diff.h"

#include "server/sync/find_diff.h"

namespace profilesync::sync {

absl::StatusOr<std::string> GetDiff(const Environment& /*environment*/,
                                    const access::Call& /*call*/, const v1::GetDiffRequest& request,
                                    const store::Reader& reader) {
  return FindDiffBytes(reader, request.name());
}

}  // namespace profilesync::sync
