#include "server/sync/find_diff.h"

#include <optional>
#include <utility>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::sync {

absl::StatusOr<std::string> FindDiffBytes(const store::Reader& reader, std::string_view name) {
  constexpr std::string_view kSuffix = "/diff";
  const std::string_view link = name.substr(0, name.size() - kSuffix.size());
  ASSIGN_OR_RETURN(std::optional<store::DiffRow> row, reader.FindDiff(FirmOf(link), LastId(link)));
  if (!row) {
    return verb::NotFound(name);
  }
  return std::move(row->diff);
}

absl::StatusOr<v1::Diff> ParseDiff(const std::string& bytes) {
  v1::Diff diff;
  if (!diff.ParseFromString(bytes)) {
    return absl::InternalError("a stored diff can't be parsed");
  }
  return diff;
}

}  // namespace profilesync::sync
