#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/client_record.h"

namespace profilesync::xpm_sandbox {

// A change that the practice's own staff makes in XPM's screens. What isn't set stays. The members
// are those of ClientRecord; an empty value in `values` blanks the element.
struct StaffEdit {
  ElementMap values;
  std::optional<std::vector<ElementMap>> contacts;
  std::optional<std::vector<ElementMap>> notes;
  std::optional<std::vector<ElementMap>> groups;
  std::optional<std::vector<ElementMap>> relationships;
  std::optional<ElementMap> type;
  std::optional<ElementMap> extra;
  std::optional<std::string> jurisdiction;
  std::optional<bool> opened_for_tax;
};

// Applies `edit` and moves `client.modified` where the switches say so. Staff aren't held to the
// rules of the API, so values are taken as they are. INVALID_ARGUMENT for a name that isn't that of
// a scalar element when read, or of an extra one that is or can't be an element's, with `client`
// unchanged.
absl::Status ApplyStaffEdit(const StaffEdit& edit, const Behaviour& behaviour, absl::Time now,
                            ClientRecord& client);

}  // namespace profilesync::xpm_sandbox
