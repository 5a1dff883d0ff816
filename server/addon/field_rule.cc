#include "server/addon/field_rule.h"

#include <optional>
#include <utility>

#include "common/resource_name.h"
#include "common/status.h"
#include "server/model/link_state.h"
#include "server/verb/errors.h"

namespace profilesync::addon {

absl::StatusOr<v1::FieldRule> FindFieldRule(const store::Reader& reader, std::string_view name) {
  ASSIGN_OR_RETURN(std::optional<v1::FieldRule> found,
                   reader.FindFieldRule(FirmOf(name), LastId(ParentOf(name)), LastId(name)));
  if (!found) {
    return verb::NotFound(name);
  }
  return *std::move(found);
}

absl::Status RestateLinksUnder(const Environment& environment, std::string_view rule,
                               store::Transaction& transaction) {
  return model::RestateLinks(environment, transaction, FirmOf(rule),
                             {.add_on_id = std::string(LastId(ParentOf(rule)))});
}

}  // namespace profilesync::addon
