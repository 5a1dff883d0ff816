#include "server/app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status.h"

namespace profilesync::app {
namespace {

using ::testing::HasSubstr;

std::string MessageOf(const absl::Status& status) { return std::string(SV(status.message())); }

TEST(ConfigTest, ReadsFlagsInEveryForm) {
  const auto line =
      ParseCommandLine({"--database", "/d/p.db", "--listen=[::1]:0", "--no-reflection",
                        "--channelz=false", "--practice-threads=3", "--drain", "1500ms"},
                       {});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->config.database, "/d/p.db");
  EXPECT_EQ(line->config.key_file, "/d/p.db.key");
  EXPECT_EQ(line->config.listen, "[::1]:0");
  EXPECT_FALSE(line->config.reflection);
  EXPECT_FALSE(line->config.channelz);
  EXPECT_EQ(line->config.practice_threads, 3);
  EXPECT_EQ(line->config.drain, absl::Milliseconds(1500));
}

TEST(ConfigTest, FlagsWinOverTheEnvironment) {
  const std::vector<std::string> environment = {
      "PROFILESYNC_DATABASE=/e.db", "PROFILESYNC_TOKEN_FILE=/e.tokens",
      "PROFILESYNC_REFLECTION=0",   "PROFILESYNC_LISTEN=",
      "PROFILESYNC_OTHER=x",        "PATH=/bin"};
  const auto line = ParseCommandLine({"--database=/f.db"}, environment);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->config.database, "/f.db");
  EXPECT_EQ(line->config.token_file, "/e.tokens");
  EXPECT_FALSE(line->config.reflection);
  EXPECT_EQ(line->config.listen, "127.0.0.1:7443");  // empty: not set
}

TEST(ConfigTest, ListsAllThatIsWrong) {
  const auto line = ParseCommandLine(
      {"stray", "--nope", "--no-database", "--reflection=perhaps", "--practice-threads=0",
       "--drain=soon", "--tls-key=/k", "--log-level=loud", "--listen=127.0.0.1", "--token-file"},
      {"PROFILESYNC_MAX_RECEIVE_BYTES=many"});
  EXPECT_EQ(line.status().code(), absl::StatusCode::kInvalidArgument);
  const std::string message = MessageOf(line.status());
  for (const char* part :
       {"there is no argument stray", "there is no flag --nope", "there is no flag --no-database",
        "--reflection must be true or false", "--practice-threads must be a number from 1 to 4096",
        "--drain must be a time", "--log-level must be debug, info, warning or error",
        "--listen must be HOST:PORT", "--token-file must not be empty",
        "PROFILESYNC_MAX_RECEIVE_BYTES must be a number", "--database must be given",
        "--tls-certificate and --tls-key must be given together"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
}

TEST(ConfigTest, AnAddressNeedsItsPort) {
  for (const char* good : {"127.0.0.1:7443", "localhost:0", "[::]:65535", "0.0.0.0:0", "unix:/s"}) {
    EXPECT_TRUE(ParseCommandLine({"--database=/d", "--listen", good}, {}).ok()) << good;
  }
  for (const char* bad : {"127.0.0.1", "localhost:", ":7443", "localhost:https", "localhost:65536",
                          "::1", "::1:7443", "[::1]", "localhost:-1", "localhost:+1", "unix:"}) {
    const auto line = ParseCommandLine({"--database=/d", "--listen", bad}, {});
    EXPECT_EQ(MessageOf(line.status()), "--listen must be HOST:PORT, such as 127.0.0.1:7443")
        << bad;
  }
}

TEST(ConfigTest, AVariableIsNamedToo) {
  const auto line = ParseCommandLine({"--database=/d"}, {"PROFILESYNC_LOG_LEVEL=loud"});
  EXPECT_EQ(MessageOf(line.status()),
            "PROFILESYNC_LOG_LEVEL must be debug, info, warning or error");
}

TEST(ConfigTest, WhatToDoIsNotReadFromTheEnvironment) {
  const auto line = ParseCommandLine({"--database=/d"},
                                     {"PROFILESYNC_VERSION=0.1.0", "PROFILESYNC_CHECK_CONFIG=1",
                                      "PROFILESYNC_HELP=true", "PROFILESYNC_ROTATE_KEY=/k"});
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_FALSE(line->version);
  EXPECT_FALSE(line->check_config);
  EXPECT_FALSE(line->help);
  EXPECT_EQ(line->rotate_key, "");
}

TEST(ConfigTest, HelpAndVersionNeedNothingElse) {
  EXPECT_TRUE(ParseCommandLine({"--help"}, {})->help);
  EXPECT_TRUE(ParseCommandLine({"--version"}, {})->version);
  const std::string help = HelpText();
  for (const char* part : {"--database FILE", "--check-config", "PROFILESYNC_TOKEN_FILE"}) {
    EXPECT_THAT(help, HasSubstr(part));
  }
  std::size_t start = 0;
  for (std::size_t end = help.find('\n'); end != std::string::npos; end = help.find('\n', start)) {
    EXPECT_LE(end - start, 80u) << help.substr(start, end - start);
    start = end + 1;
  }
}

}  // namespace
}  // namespace profilesync::app
