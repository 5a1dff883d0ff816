#pragma once

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/sandbox/xpm/fault.h"
#include "tests/sandbox/xpm/random_faults.h"

namespace profilesync::xpm_sandbox {

// INVALID_ARGUMENT for an endpoint, an element, a header or a number that a fault can't have.
absl::Status CheckFault(const Fault& fault);

// A fault in the control API, see README.md. INVALID_ARGUMENT as CheckFault() and for a kind that
// doesn't exist; throws nlohmann's exceptions for members of another type.
absl::StatusOr<Fault> FaultFromJson(const nlohmann::json& in);
nlohmann::json FaultToJson(const Fault& fault);

// Likewise, and as CheckRandomFaults().
absl::StatusOr<RandomFaults> RandomFaultsFromJson(const nlohmann::json& in);
nlohmann::json RandomFaultsToJson(const RandomFaults& faults);

}  // namespace profilesync::xpm_sandbox
