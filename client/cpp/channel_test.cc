#include "client/cpp/channel.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace profilesync::client {
namespace {

struct LoopbackCase {
  const char* address;
  bool loopback;

  friend void PrintTo(const LoopbackCase& row, std::ostream* out) { *out << row.address; }
};

class LoopbackTest : public testing::TestWithParam<LoopbackCase> {};

TEST_P(LoopbackTest, IsTold) { EXPECT_EQ(IsLoopback(GetParam().address), GetParam().loopback); }

INSTANTIATE_TEST_SUITE_P(
    Addresses, LoopbackTest,
    testing::Values(LoopbackCase{"127.0.0.1:50051", true}, LoopbackCase{"127.9.9.9:1", true},
                    LoopbackCase{"localhost:50051", true}, LoopbackCase{"LOCALHOST", true},
                    LoopbackCase{"[::1]:50051", true}, LoopbackCase{"::1", true},
                    LoopbackCase{"unix:/run/profilesync.sock", true},
                    LoopbackCase{"128.0.0.1:1", false}, LoopbackCase{"10.0.0.1:50051", false},
                    LoopbackCase{"0.0.0.0:1", false}, LoopbackCase{"[::]:1", false},
                    LoopbackCase{"[::2]:1", false}, LoopbackCase{"[::1", false},
                    LoopbackCase{"localhost.example.org:1", false},
                    LoopbackCase{"127.0.0.1.example.org:1", false},
                    LoopbackCase{"dns://10.0.0.1/localhost:1", false}, LoopbackCase{"", false}));

TEST(OpenChannel, RefusesAnAddressWithoutAPortThatThereIs) {
  for (const char* address : {"", "foo", "127.0.0.1:99999", "dns:///localhost:1", "unix:"}) {
    Options options;
    options.address = address;
    EXPECT_EQ(OpenChannel(options).status(),
              absl::InvalidArgumentError(absl::StrCat(
                  "the server's address must be HOST:PORT, such as 127.0.0.1:7443, or unix:PATH, "
                  "and isn't: \"",
                  address, "\"")));
  }
}

TEST(OpenChannel, TakesAHostWithItsPortOrAPath) {
  for (const char* address : {"localhost:7443", "[::1]:7443", "unix:/run/profilesync.sock"}) {
    Options options;
    options.address = address;
    EXPECT_TRUE(OpenChannel(options).ok()) << address;
  }
}

TEST(OpenChannel, NamesAnAuthorityFileThatIsNotThere) {
  Options options;
  options.address = "profilesync.example.org:443";
  options.ca_file = "/nowhere/ca.pem";
  EXPECT_EQ(OpenChannel(options).status().message(), "can't read /nowhere/ca.pem");
}

}  // namespace
}  // namespace profilesync::client
