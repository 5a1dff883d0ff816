#include "server/link/list_links.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/filter.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::link {
namespace {

struct Wanted {
  store::LinkFilter filter;
  std::optional<v1::Link::State> state;
};

Wanted ParseWanted(const v1::ListLinksRequest& request, Violations* violations) {
  Wanted wanted;
  const auto id_of = [&](const verb::FilterTerm& term, std::string_view collection) {
    const auto ids = ParseName(term.value, {"firms", collection});
    if (!ids || FirmOf(term.value) != LastId(request.parent())) {
      violations->Add("filter", term.path + ": must be a name under the parent");
      return std::string();
    }
    return std::string(ids->back());
  };
  for (const verb::FilterTerm& term : verb::ParseFilter(request.filter(), violations)) {
    v1::Link::State state = v1::Link::STATE_UNSPECIFIED;
    if (term.op != verb::FilterOp::kIs) {
      violations->Add("filter", term.path + ": only = is known here");
    } else if (term.path == "profile") {
      wanted.filter.profile_id = id_of(term, "profiles");
    } else if (term.path == "add_on") {
      wanted.filter.add_on_id = id_of(term, "addOns");
    } else if (term.path == "practice_client_id") {
      wanted.filter.practice_client_id = term.value;
    } else if (term.path == "state" && v1::Link::State_Parse(term.value, &state)) {
      wanted.state = state;
    } else {
      violations->Add("filter",
                      verb::NotKnown(term, "profile, add_on, practice_client_id and state"));
    }
  }
  return wanted;
}

}  // namespace

absl::StatusOr<v1::ListLinksResponse> ListLinks(const Environment& environment,
                                                const access::Call& call,
                                                const v1::ListLinksRequest& request,
                                                const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  const Wanted wanted = ParseWanted(request, &violations);
  ASSIGN_OR_RETURN(std::string after, verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindFirm(reader, request.parent()).status());

  v1::ListLinksResponse response;
  while (true) {
    ASSIGN_OR_RETURN(
        std::vector<store::LinkRow> rows,
        reader.ListLinks(LastId(request.parent()), wanted.filter, after, page_size + 1));
    for (store::LinkRow& row : rows) {
      if (wanted.state && row.link.state() != *wanted.state) {
        after = LastId(row.link.name());
        continue;
      }
      if (response.links_size() == page_size) {
        response.set_next_page_token(environment.page_tokens.Give(call, request, after));
        return response;
      }
      after = LastId(row.link.name());
      *response.add_links() = std::move(row.link);
    }
    if (static_cast<int>(rows.size()) <= page_size) {
      return response;
    }
  }
}

}  // namespace profilesync::link
