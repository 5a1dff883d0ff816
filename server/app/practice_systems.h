#pragma once

#include <map>
#include <memory>
#include <string>

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
  std::vector<std::string> Ids() const override;

 private:
  std::map<std::string, std::unique_ptr<connector::Connector>, std::less<>> connectors_;
};

}  // namespace profilesync::app
