#include "client/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace profilesync::cli {
namespace {

bool WantsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

}  // namespace

Style StyleOf(int fd) {
  if (isatty(fd) == 0) {
    return {0, false};
  }
  Style style;
  winsize size = {};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  }
  style.color = WantsColor();
  return style;
}

void SilenceGrpc() { setenv("GRPC_VERBOSITY", "NONE", 0); }

}  // namespace profilesync::cli
