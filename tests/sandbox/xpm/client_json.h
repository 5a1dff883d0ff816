#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/client_record.h"
#include "tests/sandbox/xpm/staff_edit.h"

namespace profilesync::xpm_sandbox {

// A client in the data file and the control API: an object of XPM's elements under the names under
// which they are read, scalars as strings, "Contacts" etc. as arrays of objects, "Type" as an
// object, and the sandbox's own "jurisdiction", "opened_for_tax" and "modified" (RFC 3339). See
// README.md.

// INVALID_ARGUMENT says what is wrong with the object.
absl::StatusOr<StaffEdit> EditFromJson(const nlohmann::json& object);
absl::StatusOr<ClientRecord> ClientFromJson(const nlohmann::json& object);
nlohmann::json ClientToJson(const ClientRecord& client);

// A data file: {"practice": {"name", "jurisdiction", "staff": [{"uuid","name"}],
// "business_structures": [{"name","individual"}], "tax_agents": [..]}, "clients": [..]}.
struct DataFile {
  Practice practice;
  std::vector<ClientRecord> clients;
};

// NOT_FOUND when the file can't be read, INVALID_ARGUMENT when it isn't as above.
absl::StatusOr<DataFile> LoadDataFile(const std::string& path);

}  // namespace profilesync::xpm_sandbox
