// Faults at Xero's OAuth endpoints.

#include <future>
#include <thread>

#include "tests/sandbox/xpm/rules.h"
#include "tests/sandbox/xpm/steps.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

using Text = std::optional<std::string>;

const std::string kInvalidClient = R"({"error":"invalid_client"})";
const std::string kInvalidGrant = R"({"error":"invalid_grant"})";

// What the caller of a refresh gets when a fault strikes it, and whether it rotated.
struct FaultCase {
  Fault fault;
  int status;
  bool rotated;
  std::string starts;
};

std::vector<FaultCase> FaultCases() {
  using K = FaultKind;
  const std::string html = "<!DOCTYPE html>";
  const std::string error = R"({"error":"server_error"})";
  return {
      {{.kind = K::kHtml}, 200, false, html},
      {{.kind = K::kHtml, .applied = true}, 200, true, html},
      {{.kind = K::kEmpty}, 200, false, ""},
      {{.kind = K::kUnauthorized}, 401, false, kInvalidClient},
      {{.kind = K::kForbidden}, 403, false, R"({"Type":null)"},
      {{.kind = K::kConflict}, 409, false, R"({"error":"conflict"})"},
      {{.kind = K::kRateMinute}, 429, false, ""},
      {{.kind = K::kRateDay}, 429, false, ""},
      {{.kind = K::kRateConcurrent}, 429, false, ""},
      {{.kind = K::kServerError}, 500, false, error},
      {{.kind = K::kServerError, .applied = true}, 500, true, error},
      {{.kind = K::kServerErrorJunk}, 500, false, html},
      {{.kind = K::kUnavailable}, 503, false, R"({"Type":null)"},
      {{.kind = K::kRedirect}, 302, false, ""},
      {{.kind = K::kBusinessError, .value = "invalid_grant"}, 400, false, kInvalidGrant},
      {{.kind = K::kDrop}, 0, false, ""},
      {{.kind = K::kDrop, .applied = true}, 0, true, ""},
      {{.kind = K::kHalf}, 200, true, R"({"access_token":")"},
      {{.kind = K::kOversize}, 200, true, R"({"access_token":")"},
      {{.kind = K::kCloseMidBody}, 200, true, R"({"access_token":")"},
      {{.kind = K::kResetMidBody}, 200, true, R"({"access_token":")"},
  };
}

// Whether {refresh1} has been used: its grace then ends 30 minutes from now.
bool Rotated(TestSandbox& sandbox, Player& player) {
  sandbox.clock.Advance(absl::Minutes(30));
  return sandbox.Call("POST", kTokenTarget, player.Fill(RefreshBody("{refresh1}")), kApp).status ==
         400;
}

TEST(IdentityFaultsTest, EachFaultOnARefresh) {
  for (const FaultCase& c : FaultCases()) {
    SCOPED_TRACE(NameOf(c.fault.kind) + (c.fault.applied ? ", applied" : ""));
    TestSandbox sandbox;
    Player player(sandbox);
    player.TakeAll(Authorised());
    Fault fault = c.fault;
    fault.endpoint = "connect/token";
    ASSERT_TRUE(sandbox.xpm.InjectFault(fault).ok());
    const std::string body = player.Fill(RefreshBody("{refresh1}"));
    EXPECT_EQ(sandbox.Call("POST", kTokenTarget, body, kFormType).status, 401) << "no client";
    const RawReply reply = sandbox.Call("POST", kTokenTarget, body, kApp);
    EXPECT_EQ(reply.status, c.status);
    EXPECT_THAT(reply.body, StartsWith(c.starts));
    EXPECT_EQ(sandbox.xpm.calls().back().fault, NameOf(c.fault.kind));
    EXPECT_EQ(Rotated(sandbox, player), c.rotated);
  }
}

TEST(IdentityFaultsTest, ATimeoutMayHaveRotated) {
  for (const bool applied : {false, true}) {
    TestSandbox sandbox;
    Player player(sandbox);
    player.TakeAll(Authorised());
    ASSERT_TRUE(
        sandbox.xpm
            .InjectFault(
                {.endpoint = "connect/token", .kind = FaultKind::kTimeout, .applied = applied})
            .ok());
    auto reply = std::async(std::launch::async, [&] {
      return sandbox.Call("POST", kTokenTarget, player.Fill(RefreshBody("{refresh1}")), kApp);
    });
    while (sandbox.xpm.hanging() == 0) std::this_thread::yield();
    sandbox.xpm.Release();
    EXPECT_EQ(reply.get().status, 0);
    EXPECT_EQ(Rotated(sandbox, player), applied);
  }
}

TEST(IdentityFaultsTest, AHangingRefreshAnswersWhenReleased) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  ASSERT_TRUE(
      sandbox.xpm.InjectFault({.endpoint = "connect/token", .kind = FaultKind::kHang}).ok());
  auto reply = std::async(std::launch::async, [&] {
    return sandbox.Call("POST", kTokenTarget, player.Fill(RefreshBody("{refresh1}")), kApp);
  });
  while (sandbox.xpm.hanging() == 0) std::this_thread::yield();
  sandbox.xpm.Release();
  EXPECT_THAT(reply.get().body, HasSubstr("refresh_token"));
}

TEST(IdentityFaultsTest, OnTheOtherEndpoints) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  const std::string revoke = player.Fill("token={refresh1}");
  const std::string bearer = player.Fill(BearerOf("{access1}"));
  ASSERT_TRUE(sandbox.xpm.InjectFault({.endpoint = "connections", .kind = FaultKind::kHtml}).ok());
  EXPECT_THAT(sandbox.Call("GET", "/connections", "", bearer).body, StartsWith("<!DOCTYPE html>"));
  ASSERT_TRUE(sandbox.xpm.InjectFault({.endpoint = "connect/revocation"}).ok());
  EXPECT_EQ(sandbox.Call("POST", kRevocationTarget, revoke, kApp).status, 500);
  player.Take(ApiRead("not revoked", "{access1}", 200));
  ASSERT_TRUE(
      sandbox.xpm
          .InjectFault(
              {.endpoint = "connect/revocation", .kind = FaultKind::kServerError, .applied = true})
          .ok());
  EXPECT_EQ(sandbox.Call("POST", kRevocationTarget, revoke, kApp).status, 500);
  player.Take(ApiRead("revoked", "{access1}", 401));
  EXPECT_TRUE(
      absl::IsInvalidArgument(sandbox.xpm.InjectFault({.endpoint = "identity/connect/authorize"})));
}

}  // namespace
}  // namespace profilesync::xpm_sandbox
