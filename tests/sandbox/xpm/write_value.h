#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/behaviour.h"
#include "tests/sandbox/xpm/client_elements.h"
#include "tests/sandbox/xpm/store.h"

namespace profilesync::xpm_sandbox {

// Turns the text that a write has for `element` (not empty) into the value to keep for client
// `uuid`. nullopt: the text is to be ignored. INVALID_ARGUMENT or INTERNAL, see ReplyFor(), for
// what XPM refuses.
absl::StatusOr<std::optional<std::string>> ValueToKeep(const ClientElement& element,
                                                       const std::string& text,
                                                       const std::string& uuid,
                                                       const Behaviour& behaviour,
                                                       const Store& store);

}  // namespace profilesync::xpm_sandbox
