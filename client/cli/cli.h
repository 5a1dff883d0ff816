#pragma once

#include "client/cli/context.h"

namespace profilesync::cli {

// Runs the program on a command line and answers its exit code. Prints to the context's streams.
int Run(int argc, const char* const* argv, Context& context);

}  // namespace profilesync::cli
