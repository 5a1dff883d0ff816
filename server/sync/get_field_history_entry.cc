#include "server/sync/get_field_history_entry.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/verb/errors.h"

namespace profilesync::sync {

absl::StatusOr<v1::FieldHistoryEntry> GetFieldHistoryEntry(
    const Environment& /*environment*/, const access::Call& /*call*/,
    const v1::GetFieldHistoryEntryRequest& request, const store::Reader& reader) {
  // Entries are numbered along a link's history.
  constexpr std::string_view kIn = "/fieldHistoryEntries/";
  const std::string& name = request.name();
  const std::string link = name.substr(0, name.rfind(kIn));
  std::int64_t entry = 0;
  if (!absl::SimpleAtoi(AV(LastId(name)), &entry) || entry <= 0 || entry == INT64_MAX) {
    return verb::NotFound(name);
  }
  ASSIGN_OR_RETURN(auto found, reader.ListFieldHistory(FirmOf(link), LastId(link),
                                                       absl::StrCat(entry + 1), /*limit=*/1));
  if (found.empty() || found.front().name() != name) {
    return verb::NotFound(name);
  }
  return std::move(found.front());
}

}  // namespace profilesync::sync
