#pragma once

#include "client/cli/table.h"

namespace profilesync::cli {

// How output to a file descriptor looks: a terminal's own width, in colours unless NO_COLOR says
// otherwise. A file or a pipe is read by programs: no colours, and nothing is wrapped.
Style StyleOf(int fd);

// Keeps gRPC's own log, which people can't read, out of stderr; GRPC_VERBOSITY in the environment
// asks for it. To be called before anything of gRPC.
void SilenceGrpc();

}  // namespace profilesync::cli
