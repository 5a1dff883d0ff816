#include "server/model/delete_links.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/error.h"
#include "common/resource_name.h"
#include "common/status.h"

namespace profilesync::model {

absl::Status CheckFinished(const store::LinkRow& link) {
  if (link.unfinished_operation.empty()) {
    return absl::OkStatus();
  }
  const std::string operation =
      SyncOperationName(FirmOf(link.link.name()), link.unfinished_operation);
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::OPERATION_UNFINISHED,
      absl::StrCat("sync operation ", operation, " of link ", link.link.name(), " is unfinished"),
      {{"operation", operation}});
}

absl::Status DeleteLinks(store::Transaction& transaction, std::string_view firm,
                         const store::LinkFilter& filter, bool force, std::string_view owner) {
  constexpr int kBatch = 100;
  while (true) {
    // Always from the start: those before are gone.
    ASSIGN_OR_RETURN(const std::vector<store::LinkRow> links,
                     transaction.ListLinks(firm, filter, "", kBatch));
    if (!links.empty() && !force) {
      return MakeError(absl::StatusCode::kFailedPrecondition, v1::HAS_LINKS,
                       absl::StrCat(AV(owner), " has links: set force to delete them too"),
                       {{"resource", std::string(owner)}});
    }
    for (const store::LinkRow& link : links) {
      RETURN_IF_ERROR(CheckFinished(link));
      RETURN_IF_ERROR(transaction.DeleteLink(firm, LastId(link.link.name())));
    }
    if (links.size() < kBatch) {
      return absl::OkStatus();
    }
  }
}

}  // namespace profilesync::model
