#include "tests/sandbox/xpm/tenants.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace profilesync::xpm_sandbox {

using nlohmann::json;

std::vector<Tenant> Tenants::All() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return tenants_;
}

void Tenants::Set(std::vector<Tenant> tenants) {
  std::lock_guard<std::mutex> lock(mutex_);
  tenants_ = std::move(tenants);
}

std::optional<Tenant> Tenants::Find(const std::string& id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const Tenant& tenant : tenants_) {
    if (absl::EqualsIgnoreCase(tenant.id, id)) return tenant;
  }
  return std::nullopt;
}

absl::Status CheckTenants(const std::vector<Tenant>& tenants) {
  std::set<std::string> ids;
  for (const Tenant& tenant : tenants) {
    if (tenant.id.empty()) return absl::InvalidArgumentError("a tenant needs an id");
    if (!ids.insert(absl::AsciiStrToLower(tenant.id)).second) {
      return absl::InvalidArgumentError(absl::StrCat("tenant ", tenant.id, " is there twice"));
    }
    if (tenant.type != kPracticeManager && tenant.type != kOrganisation) {
      return absl::InvalidArgumentError(absl::StrCat("a tenant's type is ", kPracticeManager,
                                                     " or ", kOrganisation, ", not ", tenant.type));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Tenant>> TenantsFromJson(const std::string& text) {
  std::vector<Tenant> tenants;
  try {
    const json in = json::parse(text);
    if (!in.is_array()) return absl::InvalidArgumentError("tenants are a JSON array");
    for (const json& each : in) {
      tenants.push_back({.id = each.at("id"),
                         .type = each.value("type", std::string(kPracticeManager)),
                         .name = each.at("name")});
    }
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("tenants: ", error.what()));
  }
  const absl::Status status = CheckTenants(tenants);
  if (!status.ok()) return status;
  return tenants;
}

std::string TenantsToJson(const std::vector<Tenant>& tenants) {
  json out = json::array();
  for (const Tenant& tenant : tenants) {
    out.push_back({{"id", tenant.id}, {"type", tenant.type}, {"name", tenant.name}});
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

absl::StatusOr<std::vector<Tenant>> LoadTenants(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError("can't read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return TenantsFromJson(text.str());
}

}  // namespace profilesync::xpm_sandbox
