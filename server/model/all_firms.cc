#include "server/model/all_firms.h"

#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::model {

absl::StatusOr<std::vector<v1::Firm>> AllFirms(const Environment& environment) {
  constexpr int kBatch = 500;
  std::vector<v1::Firm> firms;
  RETURN_IF_ERROR(environment.store.Read([&](const store::Reader& reader) -> absl::Status {
    std::size_t got = kBatch;
    while (got == kBatch) {
      ASSIGN_OR_RETURN(std::vector<v1::Firm> page,
                       reader.ListFirms(firms.empty() ? "" : LastId(firms.back().name()), kBatch));
      got = page.size();
      firms.insert(firms.end(), page.begin(), page.end());
    }
    return absl::OkStatus();
  }));
  return firms;
}

}  // namespace profilesync::model
