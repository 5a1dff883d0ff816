#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/environment.h"
#include "server/store/store.h"

namespace profilesync::model {

// Runs a transaction whose unit must not be lost for a busy or failing store: what came of a write
// that was sent. Tries again until `give_up`, 10 seconds at most, or until this server stops; each
// try runs `unit` anew. Blocks.
absl::Status WriteUntil(const Environment& environment, absl::Time give_up,
                        absl::FunctionRef<absl::Status(store::Transaction&)> unit);

}  // namespace profilesync::model
