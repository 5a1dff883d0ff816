#pragma once

#include <string_view>

#include "profilesync/v1/add_on.pb.h"
#include "server/connector/connector.h"

namespace profilesync::addon {

// A configured practice system as callers see it.
v1::PracticeSystem ToPracticeSystem(std::string_view id, const connector::Connector& connector);

}  // namespace profilesync::addon
