#pragma once

#include <string>

#include "absl/status/status.h"
#include "server/store/seal.h"

namespace profilesync::store {

// Seals with `fresh` all that the database holds sealed with `old`, in one transaction: after an
// error it is as it was. FAILED_PRECONDITION where the database was sealed with another key than
// `old`, where another process has it open, or where `old` would have been needed afterwards;
// UNAVAILABLE where it can't be read or written. The message is for the operator and names the
// file.
absl::Status RotateKey(const std::string& path, const Sealer& old, const Sealer& fresh);

}  // namespace profilesync::store
