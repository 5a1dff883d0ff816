#include "client/cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace profilesync::cli {
namespace {

TEST(StyleOf, WrapsAndColoursNothingInAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const Style style = StyleOf(ends[1]);
  EXPECT_EQ(style.width, 0);
  EXPECT_FALSE(style.color);
  close(ends[0]);
  close(ends[1]);
}

TEST(StyleOf, TakesATerminalsWidth) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || isatty(terminal) == 0) {
    GTEST_SKIP() << "there is no terminal to be had";
  }
  winsize size = {};
  size.ws_col = 123;
  ASSERT_EQ(ioctl(terminal, TIOCSWINSZ, &size), 0);
  setenv("NO_COLOR", "", 1);
  EXPECT_EQ(StyleOf(terminal).width, 123);
  EXPECT_TRUE(StyleOf(terminal).color);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(StyleOf(terminal).color);
  unsetenv("NO_COLOR");
  close(terminal);
}

TEST(SilenceGrpc, LeavesWhatTheUserAsksFor) {
  unsetenv("GRPC_VERBOSITY");
  SilenceGrpc();
  EXPECT_STREQ(std::getenv("GRPC_VERBOSITY"), "NONE");
  setenv("GRPC_VERBOSITY", "DEBUG", 1);
  SilenceGrpc();
  EXPECT_STREQ(std::getenv("GRPC_VERBOSITY"), "DEBUG");
  unsetenv("GRPC_VERBOSITY");
}

}  // namespace
}  // namespace profilesync::cli
