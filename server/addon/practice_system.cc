#include "server/addon/practice_system.h"

#include <string>

#include "common/resource_name.h"

namespace profilesync::addon {

v1::PracticeSystem ToPracticeSystem(std::string_view id, const connector::Connector& connector) {
  const connector::Description& description = connector.Describe();
  v1::PracticeSystem system;
  system.set_name(PracticeSystemName(id));
  system.set_display_name(description.display_name);
  for (const connector::FieldCapability& field : description.fields) {
    v1::FieldCapability* capability = system.add_field_capabilities();
    capability->set_field(field.field);
    capability->set_readable(field.readable);
    capability->set_writable(field.writable);
    capability->set_clearable(field.clearable);
    for (const connector::FieldSource& choice : field.sources) {
      v1::FieldSource* source = capability->add_sources();
      source->set_source_id(choice.id);
      source->set_display_name(choice.display_name);
      source->set_writable(choice.writable);
    }
  }
  system.mutable_default_auto_link_party_kinds()->Assign(
      description.default_auto_link_kinds.begin(), description.default_auto_link_kinds.end());
  system.set_lists_changes(description.lists_changes);
  system.set_creates_clients(description.creates_clients);
  system.set_interactive_authorisation(connector.authoriser() != nullptr);
  return system;
}

}  // namespace profilesync::addon
