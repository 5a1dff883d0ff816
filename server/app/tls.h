#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/app/config.h"

namespace profilesync::app {

// What the server shows to those who connect: PEM texts, both "" where TLS isn't asked for.
struct TlsIdentity {
  std::string certificate;  // chain, the server's own first
  std::string key;
};

// Reads the files that `config` names, and makes sure that gRPC will take them: it says no more
// than that it can't listen. FAILED_PRECONDITION lists what is wrong by flag and file, one a line.
absl::StatusOr<TlsIdentity> LoadTls(const Config& config);

}  // namespace profilesync::app
