#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace profilesync::xpm_sandbox {

inline constexpr char kPracticeManager[] = "PRACTICEMANAGER";
inline constexpr char kOrganisation[] = "ORGANISATION";

// An organisation of the user who authorises the app, as in `GET /connections` (reference 3.6).
struct Tenant {
  std::string id;
  std::string type = kPracticeManager;
  std::string name;
};

// The tenants that there are. Thread-safe.
class Tenants {
 public:
  explicit Tenants(std::vector<Tenant> tenants) : tenants_(std::move(tenants)) {}

  std::vector<Tenant> All() const;
  void Set(std::vector<Tenant> tenants);
  // Ids compare in any case.
  std::optional<Tenant> Find(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::vector<Tenant> tenants_;
};

// INVALID_ARGUMENT for a tenant without an id, for an id twice, and for a type other than the two.
absl::Status CheckTenants(const std::vector<Tenant>& tenants);

// `[{"id", "type", "name"}]`; the type may be left out. INVALID_ARGUMENT for anything else, and as
// CheckTenants().
absl::StatusOr<std::vector<Tenant>> TenantsFromJson(const std::string& text);
std::string TenantsToJson(const std::vector<Tenant>& tenants);

// NOT_FOUND when the file can't be read, else as TenantsFromJson().
absl::StatusOr<std::vector<Tenant>> LoadTenants(const std::string& path);

}  // namespace profilesync::xpm_sandbox
