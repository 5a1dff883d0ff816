#include "server/app/practice_systems.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
    if (made->connectors_.contains(system.id())) {
      wrong.push_back(which + "id is that of another one too");
    }
    auto connector = MakeConnector(system, clock);
    if (!connector.ok()) {
      wrong.push_back(which + std::string(SV(connector.status().message())));
      continue;
    }
    made->connectors_[system.id()] = *std::move(connector);
  }
  if (!wrong.empty()) {
    return absl::FailedPreconditionError(absl::StrJoin(wrong, "\n"));
  }
  return made;
}

connector::Connector* PracticeSystems::Find(std::string_view practice_system_id) const {
  const auto found = connectors_.find(practice_system_id);
  return found == connectors_.end() ? nullptr : found->second.get();
}

std::vector<std::string> PracticeSystems::Ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, connector] : connectors_) {
    ids.push_back(id);
  }
  return ids;
}

}  // namespace profilesync::app
