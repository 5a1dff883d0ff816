#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/cli.h"
#include "client/cli/context.h"
#include "tests/support/temporary_folder.h"

namespace profilesync::cli {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;

// Takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(fd_, 8), 0);
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    address_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~SilentServer() { close(fd_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  const std::string& address() const { return address_; }

 private:
  const int fd_;
  std::string address_;
};

class ConnectionTest : public testing::Test {
 protected:
  int Run(std::vector<const char*> arguments) {
    err_.str("");
    arguments.insert(arguments.begin(), "profilesync");
    Context context(out_, err_, {}, {}, absl::FromUnixSeconds(1'795'422'301));
    return cli::Run(static_cast<int>(arguments.size()), arguments.data(), context);
  }

  std::string WriteToken(const char* text, perms mode) {
    std::string path = folder_.File("token");
    std::ofstream(path) << text;
    std::filesystem::permissions(path, mode);
    return path;
  }

  const TemporaryFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ConnectionTest, EndsWith2WhereTheAddressIsNone) {
  for (const char* address : {"127.0.0.1:99999", "foo", "dns:///localhost:1"}) {
    EXPECT_EQ(Run({"--address", address, "firm", "list"}), kUsage) << address;
    EXPECT_EQ(err_.str(), absl::StrCat("error: the server's address must be HOST:PORT, such as "
                                       "127.0.0.1:7443, or unix:PATH, and isn't: \"",
                                       address, "\"\n"));
  }
}

TEST_F(ConnectionTest, EndsWith2WhereTheFilesCannotBeUsed) {
  EXPECT_EQ(Run({"--address", "profilesync.example.org:1", "--ca-file", "/", "firm", "list"}),
            kUsage);
  EXPECT_EQ(Run({"--token-file", "/nowhere", "firm", "list"}), kUsage);
  EXPECT_EQ(err_.str(),
            "error: the token file /nowhere can't be read: No such file or directory\n");
  const std::string two = WriteToken("two words\n", perms::owner_read | perms::owner_write);
  EXPECT_EQ(Run({"--token-file", two.c_str(), "firm", "list"}), kUsage);
  EXPECT_EQ(err_.str(), "error: the token file " + two + " doesn't hold one token\n");
}

TEST_F(ConnectionTest, EndsWith2WhereOthersMayReadTheToken) {
  const std::string path =
      WriteToken("secret\n", perms::owner_read | perms::owner_write | perms::others_read);
  EXPECT_EQ(Run({"--token-file", path.c_str(), "firm", "list"}), kUsage);
  EXPECT_EQ(err_.str(), "error: the token file " + path +
                            " holds secrets, and others than its owner may use it: chmod 600\n");
}

TEST_F(ConnectionTest, EndsWith2WhereTheFirmIsNone) {
  for (const char* firm : {"a/b", "firms/", "firms/a/profiles/b", "two words"}) {
    EXPECT_EQ(Run({"--firm", firm, "profile", "list"}), kUsage) << firm;
    EXPECT_EQ(err_.str(),
              absl::StrCat("error: --firm, or PROFILESYNC_FIRM, is an id or a name, as acme or "
                           "firms/acme, and isn't: ",
                           firm, "\n"));
  }
}

TEST_F(ConnectionTest, SaysWhereItLookedForTheServer) {
  EXPECT_EQ(Run({"--address", "127.0.0.1:1", "firm", "list"}), kError);
  EXPECT_THAT(err_.str(), HasSubstr("error: UNAVAILABLE: "));
  EXPECT_THAT(err_.str(), HasSubstr("  next: is the server running at 127.0.0.1:1? --address or "
                                    "PROFILESYNC_ADDRESS names another; give --tls "));
}

TEST_F(ConnectionTest, SaysHowLongItWaitedForWhom) {
  const SilentServer server;
  EXPECT_EQ(Run({"--address", server.address().c_str(), "--timeout", "0.3", "firm", "list"}),
            kError);
  EXPECT_THAT(err_.str(), HasSubstr("error: DEADLINE_EXCEEDED: " + server.address() +
                                    " didn't answer within 0.3 s\n"
                                    "  next: --timeout SECONDS waits longer; "));
}

}  // namespace
}  // namespace profilesync::cli
