#include "tests/sandbox/xpm/staff_edit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "tests/sandbox/xpm/client_elements.h"

namespace profilesync::xpm_sandbox {
namespace {

absl::Status CheckNames(const ElementMap& values) {
  for (const auto& [name, value] : values) {
    const ClientElement* element = FindByReadName(name);
    if (element == nullptr || element->content == Content::kList) {
      return absl::InvalidArgumentError("'" + name + "' is not an element with a plain value");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckExtraNames(const ElementMap& extra) {
  for (const auto& [name, value] : extra) {
    const bool good = !name.empty() && absl::ascii_isalpha(static_cast<unsigned char>(name[0])) &&
                      std::all_of(name.begin(), name.end(),
                                  [](unsigned char c) { return absl::ascii_isalnum(c); });
    if (!good || name == "UUID" || FindByReadName(name) != nullptr) {
      return absl::InvalidArgumentError("'" + name + "' can't be the name of an extra element");
    }
  }
  return absl::OkStatus();
}

bool Bumps(const std::string& element, const Behaviour& behaviour) {
  if (element == "IsArchived") return behaviour.archive_bumps_modified;
  if (element == "IsDeleted") return behaviour.delete_bumps_modified;
  return true;
}

}  // namespace

absl::Status ApplyStaffEdit(const StaffEdit& edit, const Behaviour& behaviour, absl::Time now,
                            ClientRecord& client) {
  absl::Status status = CheckNames(edit.values);
  if (status.ok() && edit.extra) status = CheckExtraNames(*edit.extra);
  if (!status.ok()) return status;
  bool bumps = edit.type || edit.extra;
  for (const auto& [name, value] : edit.values) {
    client.Set(name, value);
    bumps = bumps || Bumps(name, behaviour);
  }
  const bool lists = edit.contacts || edit.notes || edit.groups || edit.relationships;
  if (edit.contacts) client.contacts = *edit.contacts;
  if (edit.notes) client.notes = *edit.notes;
  if (edit.groups) client.groups = *edit.groups;
  if (edit.relationships) client.relationships = *edit.relationships;
  if (edit.type) client.type = *edit.type;
  if (edit.extra) client.extra = *edit.extra;
  if (edit.jurisdiction) client.jurisdiction = *edit.jurisdiction;
  if (edit.opened_for_tax) client.opened_for_tax = *edit.opened_for_tax;
  if (bumps || (lists && behaviour.contact_change_bumps_modified)) client.modified = now;
  return absl::OkStatus();
}

}  // namespace profilesync::xpm_sandbox
