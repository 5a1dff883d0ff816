#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/time/clock.h"
#include "client/cli/cli.h"
#include "google/protobuf/stubs/logging.h"

namespace {

using profilesync::cli::Style;

bool WantsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

// A terminal's own width and colours; 80 cells without colours for a file or a pipe.
Style StyleOf(int fd) {
  Style style;
  winsize size = {};
  if (isatty(fd) == 0) {
    return style;
  }
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  }
  style.color = WantsColor();
  return style;
}

}  // namespace

int main(int argc, char** argv) {
  // The protobuf library prints parse errors to stderr by itself; ours say it better.
  google::protobuf::SetLogHandler(nullptr);
  profilesync::cli::Context context(std::cout, std::cerr, StyleOf(STDOUT_FILENO),
                                    StyleOf(STDERR_FILENO), absl::Now());
  return profilesync::cli::Run(argc, argv, context);
}
