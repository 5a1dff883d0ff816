#pragma once

#include <string>

#include "server/connector/connector.h"

namespace profilesync::connector::xpm {

// What XPM can do, by the mapping table.
Description DescribeXpm(std::string display_name, absl::Duration writes_shown_within,
                        const CallLimits& call_limits);

}  // namespace profilesync::connector::xpm
