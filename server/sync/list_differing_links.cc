#include "server/sync/list_differing_links.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/catalogue.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/sync/find_diff.h"
#include "server/verb/filter.h"
#include "server/verb/find.h"
#include "server/verb/paging.h"

namespace profilesync::sync {
namespace {

// What ListDifferingLinksRequest.filter asks for; "" and 0 for any.
struct Wanted {
  std::string add_on;
  std::string field;
  v1::FieldDiff::State state = v1::FieldDiff::STATE_UNSPECIFIED;

  bool Matches(const v1::Diff& diff) const {
    if (!add_on.empty() && diff.add_on() != add_on) {
      return false;
    }
    return std::any_of(diff.fields().begin(), diff.fields().end(), [&](const auto& candidate) {
      const bool differs = candidate.state() >= v1::FieldDiff::NEVER_SYNCED;
      return (field.empty() ? differs || state != v1::FieldDiff::STATE_UNSPECIFIED
                            : candidate.field() == field) &&
             (state == v1::FieldDiff::STATE_UNSPECIFIED ? differs : candidate.state() == state);
    });
  }
};

Wanted ParseWanted(std::string_view filter, Violations* violations) {
  Wanted wanted;
  for (const verb::FilterTerm& term : verb::ParseFilter(filter, violations)) {
    if (!term.has && term.path == "add_on") {
      wanted.add_on = term.value;
    } else if (!term.has && term.path == "field" && Catalogue::Get().Find(term.value) != nullptr) {
      wanted.field = term.value;
    } else if (term.has || term.path != "state" ||
               !v1::FieldDiff::State_Parse(term.value, &wanted.state)) {
      violations->Add("filter", term.path + " = " + term.value + " isn't known here");
    }
  }
  return wanted;
}

}  // namespace

absl::StatusOr<v1::ListDifferingLinksResponse> ListDifferingLinks(
    const Environment& environment, const access::Call& call,
    const v1::ListDifferingLinksRequest& request, const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const Wanted wanted = ParseWanted(request.filter(), &violations);
  RETURN_IF_ERROR(violations.ToStatus());
  ASSIGN_OR_RETURN(const std::string position, environment.page_tokens.Take(call, request));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());
  const std::string_view firm_id = LastId(request.parent());

  v1::ListDifferingLinksResponse response;
  ASSIGN_OR_RETURN(const std::int64_t total, reader.CountDiffering(firm_id));
  response.set_total_size(static_cast<std::int32_t>(total));
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  std::from_chars(position.data(), position.data() + position.size(), before);
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<store::DiffRow> rows,
                     reader.ListDiffering(firm_id, before, page_size + 1));
    for (const store::DiffRow& row : rows) {
      ASSIGN_OR_RETURN(v1::Diff diff, ParseDiff(row.diff));
      if (wanted.Matches(diff)) {
        if (response.diffs_size() == page_size) {
          response.set_next_page_token(
              environment.page_tokens.Give(call, request, std::to_string(before)));
          return response;
        }
        *response.add_diffs() = std::move(diff);
      }
      before = row.sequence;
    }
    if (static_cast<int>(rows.size()) <= page_size) {
      return response;
    }
  }
}

}  // namespace profilesync::sync
