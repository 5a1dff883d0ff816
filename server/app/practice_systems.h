#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "profilesync/config/v1/config.pb.h"
#include "server/connector/connector.h"

namespace profilesync::app {

// The connectors that the operator has configured.
class PracticeSystems final : public connector::Registry {
 public:
  // FAILED_PRECONDITION listing all that is wrong. `clock` outlives the connectors.
  static absl::StatusOr<std::unique_ptr<PracticeSystems>> Make(
      const config::v1::PracticeSystemsConfig& config, const Clock& clock);

  connector::Connector* Find(std::string_view practice_system_id) const override;
  bool MayConnect(std::string_view practice_system_id, std::string_view firm,
                  std::string_view tenant_id) const override;
  std::vector<std::string> Ids() const override;

 private:
  struct System {
    std::unique_ptr<connector::Connector> connector;
    std::vector<config::v1::TenantGrant> grants;
  };

  std::map<std::string, System, std::less<>> systems_;
};

}  // namespace profilesync::app
