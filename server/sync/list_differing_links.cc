#include "server/sync/list_differing_links.h"

#include <string>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/sync/differing_filter.h"
#include "server/sync/find_diff.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::sync {
namespace {

// Whether the latest come first.
bool ParseDescending(std::string_view order_by, Violations* violations) {
  if (order_by == "differ_time") {
    return false;
  }
  if (!order_by.empty() && order_by != "differ_time desc") {
    violations->Add("order_by", "must be differ_time or differ_time desc");
  }
  return true;
}

absl::Status AddCounts(const store::Reader& reader, std::string_view firm_id,
                       v1::ListDifferingLinksResponse* response) {
  ASSIGN_OR_RETURN(const auto counts, reader.ListDifferingCounts(firm_id));
  for (const store::DifferingCount& count : counts) {
    const Field* field = Catalogue::Get().FindByNumber(count.differing.field_number);
    if (field == nullptr) {
      continue;  // of another version; its diffs are about to be made anew
    }
    v1::DifferingLinkCount* added = response->add_counts();
    added->set_add_on(JoinName({"firms", firm_id, "addOns", count.add_on_id}));
    added->set_field(std::string(field->name()));
    added->set_state(static_cast<v1::FieldDiff::State>(count.differing.state));
    added->set_link_count(static_cast<std::int32_t>(count.links));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::ListDifferingLinksResponse> ListDifferingLinks(
    const Environment& environment, const access::Call& call,
    const v1::ListDifferingLinksRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const store::DifferingFilter filter =
      ParseDifferingFilter(request.filter(), request.parent(), &violations);
  const bool descending = ParseDescending(request.order_by(), &violations);
  ASSIGN_OR_RETURN(const std::string position,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());
  const std::string_view firm_id = LastId(request.parent());

  v1::ListDifferingLinksResponse response;
  ASSIGN_OR_RETURN(const std::int64_t total, reader.CountDiffering(firm_id, filter));
  response.set_total_size(static_cast<std::int32_t>(total));
  if (position.empty()) {
    RETURN_IF_ERROR(AddCounts(reader, firm_id, &response));
  }
  ASSIGN_OR_RETURN(std::vector<store::DiffRow> rows,
                   reader.ListDiffering(firm_id, filter, descending, verb::FromPosition(position),
                                        page_size + 1));
  if (const store::DiffRow* last = verb::CutToPage(&rows, page_size)) {
    response.set_next_page_token(
        environment.page_tokens.Give(call, request, verb::ToPosition(store::CursorOf(*last))));
  }
  for (const store::DiffRow& row : rows) {
    ASSIGN_OR_RETURN(*response.add_diffs(), ParseDiff(row.diff));
  }
  return response;
}

}  // namespace profilesync::sync
