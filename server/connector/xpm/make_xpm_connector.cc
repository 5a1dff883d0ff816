#include "server/connector/xpm/make_xpm_connector.h"

#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/catalogue.h"
#include "common/error.h"
#include "common/status.h"
#include "common/text_form.h"
#include "server/connector/xpm/make_authoriser.h"
#include "server/connector/xpm/xpm_connector.h"

namespace profilesync::connector::xpm {
namespace {

constexpr char kXeroBaseUrl[] = "https://api.xero.com/practicemanager/3.1/";
constexpr char kXeroName[] = "Xero Practice Manager";

// In seconds. A sync holds its link's lease for as long as a write may take, and others wait for
// it.
constexpr std::int64_t kLongestWrite = 60;

// A number that may be left unset (0) for `usual`.
std::int64_t Number(std::string_view field, std::int64_t value, std::int64_t usual,
                    std::int64_t highest, Violations* violations) {
  if (value < 0 || value > highest) {
    violations->Add(field, absl::StrCat("must be between 1 and ", highest));
    return usual;
  }
  return value == 0 ? usual : value;
}

std::optional<SecretFile> MakeTokenFile(const config::v1::XpmConfig& config,
                                        Violations* violations) {
  if (config.token_file().empty() == !config.has_oauth()) {
    violations->Add("token_file",
                    config.has_oauth() ? "must not be set beside oauth" : "must be set, or oauth");
  }
  if (config.token_file().empty()) {
    return std::nullopt;
  }
  SecretFile file(config.token_file(), "token file");
  if (const auto token = file.Read(); !token.ok()) {
    violations->Add("token_file", SV(token.status().message()));
  }
  return file;
}

// At start-up, or an operator would look for the fault in the practice system.
void CheckCaFile(const std::string& path, Violations* violations) {
  if (!path.empty() && !std::ifstream(path).is_open()) {
    violations->Add("ca_file", "can't be read");
  }
}

void CheckBusinessStructures(const config::v1::XpmConfig& config, Violations* violations) {
  std::set<std::string> names;
  for (int i = 0; i < config.business_structures_size(); ++i) {
    const auto& structure = config.business_structures(i);
    const std::string path = absl::StrCat("business_structures[", i, "]");
    if (IsBlank(structure.name())) {
      violations->Add(path + ".name", "must be set");
    } else if (!names.insert(FoldText(structure.name())).second) {
      violations->Add(path + ".name", "is there twice");
    }
    if (!type::PartyKind_IsValid(structure.kind())) {
      violations->Add(path + ".kind", "isn't a kind of party");
    }
  }
}

// Those of the reference, section 10, unless set.
CallLimits CallLimitsOf(const config::v1::XpmConfig& config, Violations* violations) {
  const auto limit = [&](const char* field, bool set, int value, int usual) {
    // 0 is a value of its own here.
    return set && value == 0 ? 0
                             : static_cast<int>(Number(field, value, usual, 1'000'000, violations));
  };
  return {
      .in_flight =
          static_cast<int>(Number("max_in_flight", config.max_in_flight(), 5, 1000, violations)),
      .per_minute =
          limit("calls_per_minute", config.has_calls_per_minute(), config.calls_per_minute(), 60),
      .per_day = limit("calls_per_day", config.has_calls_per_day(), config.calls_per_day(), 5000)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connector>> MakeXpmConnector(const config::v1::XpmConfig& config,
                                                            std::string_view display_name,
                                                            const Clock& clock, CallHook hook) {
  Violations violations;
  const auto base =
      http::BaseUrl::Parse(config.base_url().empty() ? kXeroBaseUrl : config.base_url());
  if (!base.ok()) {
    violations.Add("base_url", SV(base.status().message()));
  }
  auto token_file = MakeTokenFile(config, &violations);
  CheckCaFile(config.ca_file(), &violations);
  CheckBusinessStructures(config, &violations);
  const auto number = [&](std::string_view field, std::int64_t value, std::int64_t usual,
                          std::int64_t highest) {
    return Number(field, value, usual, highest, &violations);
  };
  XpmConnector::Options options{.display_name =
                                    display_name.empty() ? kXeroName : std::string(display_name)};
  options.read_timeout =
      absl::Seconds(number("read_timeout_seconds", config.read_timeout_seconds(), 30, 3600));
  options.write_timeout = absl::Seconds(
      number("write_timeout_seconds", config.write_timeout_seconds(), 30, kLongestWrite));
  options.max_body_bytes =
      number("max_body_bytes", config.max_body_bytes(), 8 << 20, std::int64_t{1} << 30);
  options.max_list_bytes =
      number("max_list_bytes", config.max_list_bytes(), 1 << 30, std::int64_t{1} << 40);
  options.writes_shown_within = absl::Seconds(
      number("writes_shown_within_seconds", config.writes_shown_within_seconds(), 0, 3600));
  XpmApi::Options api;
  options.call_limits = CallLimitsOf(config, &violations);
  api.http.max_idle_connections = static_cast<std::size_t>(options.call_limits.in_flight);
  api.http.ca_file = config.ca_file();
  auto authoriser =
      config.has_oauth() ? MakeAuthoriser(config.oauth(), api.http, clock, &violations) : nullptr;
  RETURN_IF_ERROR(violations.ToStatus());
  return std::make_unique<XpmConnector>(
      std::make_unique<XpmApi>(*base, std::move(token_file), std::move(api), std::move(hook),
                               &clock),
      std::move(authoriser), PartyKinds(config.business_structures()), std::move(options));
}

}  // namespace profilesync::connector::xpm
