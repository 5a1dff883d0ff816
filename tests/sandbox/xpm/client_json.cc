#include "tests/sandbox/xpm/client_json.h"

#include <fstream>
#include <sstream>

namespace profilesync::xpm_sandbox {
namespace {

using nlohmann::json;

// nlohmann's exceptions stop here.
template <typename Read>
absl::Status Guard(const std::string& what, const Read& read) {
  try {
    return read();
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(what + ": " + error.what());
  }
}

absl::Status ReadMember(const std::string& key, const json& value, StaffEdit& edit) {
  if (key == "Contacts") {
    edit.contacts = value.get<std::vector<ElementMap>>();
  } else if (key == "Notes") {
    edit.notes = value.get<std::vector<ElementMap>>();
  } else if (key == "Groups") {
    edit.groups = value.get<std::vector<ElementMap>>();
  } else if (key == "Relationships") {
    edit.relationships = value.get<std::vector<ElementMap>>();
  } else if (key == "Type") {
    edit.type = value.get<ElementMap>();
  } else if (key == "extra") {
    edit.extra = value.get<ElementMap>();
  } else if (key == "jurisdiction") {
    edit.jurisdiction = value.get<std::string>();
  } else if (key == "opened_for_tax") {
    edit.opened_for_tax = value.get<bool>();
  } else {
    edit.values[key] = value.get<std::string>();
  }
  return absl::OkStatus();
}

absl::Status ReadPractice(const json& in, Practice& practice) {
  practice.name = in.value("name", practice.name);
  practice.jurisdiction = in.value("jurisdiction", practice.jurisdiction);
  practice.tax_agents = in.value("tax_agents", practice.tax_agents);
  for (const json& staff : in.value("staff", json::array())) {
    practice.staff.push_back({staff.at("uuid"), staff.at("name")});
  }
  if (in.contains("business_structures")) practice.business_structures.clear();
  for (const json& structure : in.value("business_structures", json::array())) {
    practice.business_structures.push_back(
        {structure.at("name"), structure.value("individual", false)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<StaffEdit> EditFromJson(const json& object) {
  if (!object.is_object()) return absl::InvalidArgumentError("a client is a JSON object");
  StaffEdit edit;
  for (const auto& member : object.items()) {
    const absl::Status status =
        Guard(member.key(), [&] { return ReadMember(member.key(), member.value(), edit); });
    if (!status.ok()) return status;
  }
  return edit;
}

absl::StatusOr<ClientRecord> ClientFromJson(const json& object) {
  if (!object.is_object()) return absl::InvalidArgumentError("a client is a JSON object");
  ClientRecord client;
  absl::Time modified = absl::UnixEpoch();
  json rest = object;
  const absl::Status own = Guard("client", [&] {
    client.uuid = object.value("UUID", "");
    std::string error;
    const std::string text = object.value("modified", "");
    if (!text.empty() && !absl::ParseTime(absl::RFC3339_full, text, &modified, &error)) {
      return absl::InvalidArgumentError("modified: " + error);
    }
    rest.erase("UUID");
    rest.erase("modified");
    return absl::OkStatus();
  });
  if (!own.ok()) return own;
  const absl::StatusOr<StaffEdit> edit = EditFromJson(rest);
  if (!edit.ok()) return edit.status();
  const absl::Status status = ApplyStaffEdit(*edit, Behaviour(), modified, client);
  if (!status.ok()) return status;
  client.modified = modified;
  if (client.Get("Name").empty()) return absl::InvalidArgumentError("a client needs a Name");
  return client;
}

json ClientToJson(const ClientRecord& client) {
  json out = client.values;
  out["UUID"] = client.uuid;
  out["jurisdiction"] = client.jurisdiction;
  out["opened_for_tax"] = client.opened_for_tax;
  out["modified"] = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", client.modified, absl::UTCTimeZone());
  out["Contacts"] = client.contacts;
  out["Notes"] = client.notes;
  out["Groups"] = client.groups;
  out["Relationships"] = client.relationships;
  if (!client.type.empty()) out["Type"] = client.type;
  if (!client.extra.empty()) out["extra"] = client.extra;
  return out;
}

absl::StatusOr<DataFile> LoadDataFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError("can't read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  DataFile data;
  json clients;
  const absl::Status status = Guard(path, [&] {
    const json whole = json::parse(text.str());
    clients = whole.value("clients", json::array());
    return ReadPractice(whole.value("practice", json::object()), data.practice);
  });
  if (!status.ok()) return status;
  for (const json& object : clients) {
    absl::StatusOr<ClientRecord> client = ClientFromJson(object);
    if (!client.ok()) return client.status();
    data.clients.push_back(*std::move(client));
  }
  return data;
}

}  // namespace profilesync::xpm_sandbox
