#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/clock.h"
#include "profilesync/config/v1/config.pb.h"
#include "server/connector/connector.h"
#include "server/connector/xpm/xpm_api.h"

namespace profilesync::connector::xpm {

// A connector for the XPM that `config` describes, called `display_name`, or "Xero Practice
// Manager" where that is empty. INVALID_ARGUMENT lists everything that is wrong with `config`,
// among it a token file that can't be used now. `clock` outlives the connector; `hook` sees each
// call.
absl::StatusOr<std::unique_ptr<Connector>> MakeXpmConnector(const config::v1::XpmConfig& config,
                                                            std::string_view display_name,
                                                            const Clock& clock,
                                                            CallHook hook = &LogCall);

}  // namespace profilesync::connector::xpm
