#include "server/addon/list_field_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/access/page_token.h"
#include "server/verb/find.h"
#include "server/verb/page.h"
#include "server/verb/paging.h"

namespace profilesync::addon {

absl::StatusOr<v1::ListFieldRulesResponse> ListFieldRules(const Environment& environment,
                                                          const access::Call& call,
                                                          const v1::ListFieldRulesRequest& request,
                                                          const store::Reader& reader) {
  Violations violations;
  const int page_size = verb::PageSize(request.page_size(), &violations);
  ASSIGN_OR_RETURN(const std::string after,
                   verb::TakePosition(environment, call, request, violations));
  RETURN_IF_ERROR(verb::FindAddOn(reader, request.parent()).status());
  ASSIGN_OR_RETURN(std::vector<v1::FieldRule> rules,
                   reader.ListFieldRules(FirmOf(request.parent()), LastId(request.parent()), after,
                                         page_size + 1));
  v1::ListFieldRulesResponse response;
  if (const v1::FieldRule* last = verb::CutToPage(&rules, page_size)) {
    response.set_next_page_token(environment.page_tokens.Give(call, request, LastId(last->name())));
  }
  for (v1::FieldRule& rule : rules) {
    *response.add_field_rules() = std::move(rule);
  }
  return response;
}

}  // namespace profilesync::addon
