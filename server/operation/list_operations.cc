#include "server/operation/list_operations.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/filter.h"
#include "server/verb/find.h"
#include "server/verb/paging.h"

namespace profilesync::operation {
namespace {

// Clients take messages of 4 MiB unless told otherwise.
constexpr std::size_t kPageBytes = 1 << 20;
// Rows that are read at once: what they hold counts, too.
constexpr int kChunk = 20;

std::optional<bool> ParseWanted(const google::longrunning::ListOperationsRequest& request,
                                Violations* violations) {
  std::optional<bool> done;
  for (const verb::FilterTerm& term : verb::ParseFilter(request.filter(), violations)) {
    const bool known = term.Is("done") && (term.value == "true" || term.value == "false") && !done;
    if (known) {
      done = term.value == "true";
    } else {
      violations->Add("filter", ToText(term) + " isn't known here: done = true or done = false is");
    }
  }
  return done;
}

}  // namespace

absl::StatusOr<google::longrunning::ListOperationsResponse> ListOperations(
    const Environment& environment, const access::Call& call,
    const google::longrunning::ListOperationsRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const std::optional<bool> done = ParseWanted(request, &violations);
  ASSIGN_OR_RETURN(std::string before, verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.name()).status());
  google::longrunning::ListOperationsResponse response;
  std::size_t bytes = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<store::LongOperationRow> rows,
                     reader.ListLongOperations(LastId(request.name()), done, before, kChunk));
    for (const store::LongOperationRow& row : rows) {
      const bool full = response.operations_size() == page_size ||
                        (bytes > 0 && bytes + row.operation.size() > kPageBytes);
      if (full) {
        response.set_next_page_token(environment.page_tokens.Give(call, request, before));
        return response;
      }
      auto* operation = response.add_operations();
      if (!operation->ParseFromString(row.operation)) {
        return absl::DataLossError("an operation of " + request.name() + " can't be read");
      }
      before = LastId(operation->name());
      bytes += row.operation.size();
    }
    if (rows.size() < kChunk) {
      return response;
    }
  }
}

}  // namespace profilesync::operation
