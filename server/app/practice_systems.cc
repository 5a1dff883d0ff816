#include "server/app/practice_systems.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/resource_name.h"
#include "common/status.h"
#include "server/connector/xpm/make_xpm_connector.h"

namespace profilesync::app {
namespace {

// 1 to 63 of a-z 0-9 -, starting with a letter.
bool IsPracticeSystemId(std::string_view id) {
  constexpr std::size_t kLongest = 63;
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !id.empty() && id.size() <= kLongest && is_letter(id.front()) &&
         std::all_of(id.begin(), id.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

absl::StatusOr<std::unique_ptr<connector::Connector>> MakeConnector(
    const config::v1::PracticeSystemConfig& config, const Clock& clock) {
  switch (config.connector_case()) {
    case config::v1::PracticeSystemConfig::kXpm:
      return connector::xpm::MakeXpmConnector(config.xpm(), config.display_name(), clock);
    case config::v1::PracticeSystemConfig::CONNECTOR_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("it must say how it is reached, such as by xpm { }");
}

void CheckGrants(const config::v1::PracticeSystemConfig& config, const std::string& which,
                 std::vector<std::string>* wrong) {
  for (const config::v1::TenantGrant& grant : config.tenant_grants()) {
    const auto& firms = grant.firms();
    if (grant.tenant_id().empty() || firms.empty() ||
        !std::all_of(firms.begin(), firms.end(), [](const auto& id) { return IsValidId(id); })) {
      wrong->push_back(which + "each of tenant_grants must have a tenant_id and ids of firms");
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<PracticeSystems>> PracticeSystems::Make(
    const config::v1::PracticeSystemsConfig& config, const Clock& clock) {
  auto made = std::make_unique<PracticeSystems>();
  std::vector<std::string> wrong;
  for (const auto& system : config.practice_systems()) {
    const std::string which =
        absl::StrCat("practice system \"", absl::CHexEscape(system.id()), "\": ");
    if (!IsPracticeSystemId(system.id())) {
      wrong.push_back(which + "id must be 1 to 63 of a-z 0-9 -, starting with a letter");
    }
    if (made->systems_.contains(system.id())) {
      wrong.push_back(which + "id is that of another one too");
    }
    CheckGrants(system, which, &wrong);
    auto connector = MakeConnector(system, clock);
    if (!connector.ok()) {
      wrong.push_back(which + std::string(SV(connector.status().message())));
      continue;
    }
    made->systems_[system.id()] = {*std::move(connector),
                                   {system.tenant_grants().begin(), system.tenant_grants().end()}};
  }
  if (!wrong.empty()) {
    return absl::FailedPreconditionError(absl::StrJoin(wrong, "\n"));
  }
  return made;
}

connector::Connector* PracticeSystems::Find(std::string_view practice_system_id) const {
  const auto found = systems_.find(practice_system_id);
  return found == systems_.end() ? nullptr : found->second.connector.get();
}

bool PracticeSystems::MayConnect(std::string_view practice_system_id, std::string_view firm,
                                 std::string_view tenant_id) const {
  const auto system = systems_.find(practice_system_id);
  if (system == systems_.end()) {
    return false;
  }
  const auto& grants = system->second.grants;
  return grants.empty() || std::any_of(grants.begin(), grants.end(), [&](const auto& grant) {
           return grant.tenant_id() == tenant_id &&
                  std::find(grant.firms().begin(), grant.firms().end(), firm) !=
                      grant.firms().end();
         });
}

std::vector<std::string> PracticeSystems::Ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, system] : systems_) {
    ids.push_back(id);
  }
  return ids;
}

}  // namespace profilesync::app
