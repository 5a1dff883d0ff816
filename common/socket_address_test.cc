#include "common/socket_address.h"

#include <gtest/gtest.h>

namespace profilesync {
namespace {

TEST(IsSocketAddress, TakesAHostWithItsPortOrAPath) {
  for (const char* good : {"127.0.0.1:7443", "localhost:0", "profilesync.example.org:443",
                           "[::]:65535", "[::1]:7443", "unix:/run/profilesync.sock"}) {
    EXPECT_TRUE(IsSocketAddress(good)) << good;
  }
}

TEST(IsSocketAddress, RefusesWhatGrpcWouldTakeForSomethingElse) {
  for (const char* bad : {"",
                          "foo",
                          "127.0.0.1",
                          "localhost:",
                          ":7443",
                          "localhost:https",
                          "localhost:65536",
                          "127.0.0.1:99999",
                          "localhost:4294967297",
                          "localhost:99999999999999999999",
                          "localhost:-1",
                          "localhost:+1",
                          "localhost: 1",
                          "::1",
                          "::1:7443",
                          "[::1]",
                          "[]:1",
                          "unix:",
                          "dns:///localhost:1",
                          "ipv4:127.0.0.1:1",
                          "http://127.0.0.1:7443"}) {
    EXPECT_FALSE(IsSocketAddress(bad)) << bad;
  }
}

}  // namespace
}  // namespace profilesync
