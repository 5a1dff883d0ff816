#include "client/cli/connection_advice.h"

#include <gtest/gtest.h>

#include "common/error.h"

namespace profilesync::cli {
namespace {

std::string AdviceAt(const char* address, bool force_tls) {
  client::Options connection;
  connection.address = address;
  connection.force_tls = force_tls;
  return ConnectionAdvice(absl::UnavailableError("Socket closed"), connection);
}

TEST(ConnectionAdvice, AsksForTheServerAndNamesTheFlags) {
  EXPECT_EQ(AdviceAt("127.0.0.1:7443", false),
            "is the server running at 127.0.0.1:7443? --address or PROFILESYNC_ADDRESS names "
            "another; give --tls where it uses TLS");
  EXPECT_EQ(AdviceAt("127.0.0.1:7443", true),
            "is the server running at 127.0.0.1:7443? --address or PROFILESYNC_ADDRESS names "
            "another; --tls is for one that uses TLS, and --ca-file names the certificates to "
            "trust");
  EXPECT_EQ(AdviceAt("profilesync.example.org:443", false),
            "is the server running at profilesync.example.org:443? --address or "
            "PROFILESYNC_ADDRESS names another; it must use TLS, as it isn't on this machine, and "
            "--ca-file names the certificates to trust");
}

TEST(ConnectionAdvice, NamesTheFlagOfTheTimeOut) {
  EXPECT_EQ(
      ConnectionAdvice(absl::DeadlineExceededError("no answer"), {}),
      "--timeout SECONDS waits longer; --address or PROFILESYNC_ADDRESS names another server");
}

TEST(ConnectionAdvice, LeavesWhatAServerSaidToItsReason) {
  for (const auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded}) {
    EXPECT_EQ(ConnectionAdvice(MakeError(code, v1::PRACTICE_SYSTEM_UNAVAILABLE, "away"), {}), "");
  }
  EXPECT_EQ(ConnectionAdvice(absl::NotFoundError("no such firm"), {}), "");
}

}  // namespace
}  // namespace profilesync::cli
