#pragma once

#include "server/access/call.h"

namespace profilesync::rpc {

inline constexpr access::Role kViewer = config::v1::VIEWER;
inline constexpr access::Role kEditor = config::v1::EDITOR;
inline constexpr access::Role kFirmAdministrator = config::v1::FIRM_ADMINISTRATOR;
inline constexpr access::Role kOperator = config::v1::OPERATOR;

}  // namespace profilesync::rpc
