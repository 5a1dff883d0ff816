#include <unistd.h>

#include <iostream>

#include "absl/time/clock.h"
#include "client/cli/cli.h"
#include "client/cli/terminal.h"
#include "google/protobuf/stubs/logging.h"

int main(int argc, char** argv) {
  // Both libraries print to stderr by themselves what our errors say better.
  google::protobuf::SetLogHandler(nullptr);
  profilesync::cli::SilenceGrpc();
  profilesync::cli::Context context(std::cout, std::cerr, profilesync::cli::StyleOf(STDOUT_FILENO),
                                    profilesync::cli::StyleOf(STDERR_FILENO), absl::Now());
  return profilesync::cli::Run(argc, argv, context);
}
