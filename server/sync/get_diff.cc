#include "server/sync/get_diff.h"

#include "common/status.h"
#include "server/sync/find_diff.h"

namespace profilesync::sync {

absl::StatusOr<v1::Diff> GetDiff(const Environment& /*environment*/, const access::Call& /*call*/,
                                 const v1::GetDiffRequest& request, const store::Reader& reader) {
  ASSIGN_OR_RETURN(const std::string bytes, FindDiffBytes(reader, request.name()));
  return ParseDiff(bytes);
}

}  // namespace profilesync::sync
