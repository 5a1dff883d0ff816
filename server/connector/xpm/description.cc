#include "server/connector/xpm/description.h"

#include <utility>

#include "server/connector/xpm/field_mapping.h"

namespace profilesync::connector::xpm {
namespace {

FieldCapability CapabilityOf(const FieldMapping& mapping) {
  FieldCapability capability{.field = std::string(mapping.field),
                             .readable = mapping.format != Format::kMasked,
                             .writable = true,
                             .clearable = mapping.clearable};
  if (mapping.field == kOtherPhone) {
    capability.sources = {
        {.id = std::string(kFaxSource), .display_name = "Fax", .writable = true},
        {.id = std::string(kContactMobileSource), .display_name = "Mobile of the primary contact"}};
  }
  return capability;
}

}  // namespace

Description DescribeXpm(std::string display_name, absl::Duration writes_shown_within,
                        const CallLimits& call_limits) {
  Description description{.display_name = std::move(display_name),
                          .mapping_revision = 1,
                          .default_auto_link_kinds = {type::INDIVIDUAL, type::TRUST},
                          .lists_changes = true,
                          .creates_clients = true,
                          .writes_shown_within = writes_shown_within,
                          .call_limits = call_limits};
  for (const FieldMapping& mapping : FieldMappings()) {
    description.fields.push_back(CapabilityOf(mapping));
  }
  return description;
}

}  // namespace profilesync::connector::xpm
