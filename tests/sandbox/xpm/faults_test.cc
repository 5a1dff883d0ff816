// A table for the faults: what comes back on the socket, and whether the write was applied.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/steps.h"
#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

enum class Write { kNotApplied, kApplied };

struct Case {
  Fault fault;
  int status;
  Write write;
  std::string starts;  // the body
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

Fault Of(FaultKind kind, bool applied = false) { return {.kind = kind, .applied = applied}; }

std::vector<Case> Cases() {
  using K = FaultKind;
  const auto no = Write::kNotApplied;
  const auto yes = Write::kApplied;
  const std::string error = "<Response api-method=\"Update\"><Status>ERROR</Status>";
  const std::string ok = "<Response api-method=\"Update\"><Status>OK</Status>";
  const std::string html = "<!DOCTYPE html>";
  return {
      {Of(K::kHtml), 200, no, html, {{"Content-Type", "text/html; charset=utf-8"}}},
      {Of(K::kHtml, true), 200, yes, html},
      {Of(K::kEmpty), 200, no, "", {{"Content-Length", "0"}, {"Content-Type", std::nullopt}}},
      {Of(K::kUnauthorized),
       401,
       no,
       R"({"Type":null,"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: )",
       {{"WWW-Authenticate", "Bearer error=invalid_token"},
        {"X-MinLimit-Remaining", std::nullopt}}},
      {Of(K::kBadToken),
       401,
       no,
       R"({"Type":null,"Title":"Unauthorized","Status":401,"Detail":"AuthenticationUnsuccessful")",
       {{"WWW-Authenticate", "Bearer error=invalid_token"},
        {"X-MinLimit-Remaining", std::nullopt}}},
      {Of(K::kForbidden),
       403,
       no,
       R"({"Type":null,"Title":"Forbidden")",
       {{"X-AppMinLimit-Remaining", "2147483647"}, {"X-MinLimit-Remaining", std::nullopt}}},
      {Of(K::kConflict), 409, no, error},
      {Of(K::kRateMinute),
       429,
       no,
       "",
       {{"X-Rate-Limit-Problem", "minute"},
        {"Retry-After", "22"},
        {"Content-Length", "0"},
        {"Content-Type", std::nullopt}}},
      {{.kind = K::kRateDay, .retry_after = 7200},
       429,
       no,
       "",
       {{"X-Rate-Limit-Problem", "day"}, {"Retry-After", "7200"}}},
      {Of(K::kRateConcurrent),
       429,
       no,
       "",
       {{"X-Rate-Limit-Problem", "concurrent"}, {"Retry-After", std::nullopt}}},
      {Of(K::kRateApp),
       429,
       no,
       "",
       {{"X-Rate-Limit-Problem", "appminute"}, {"Retry-After", std::nullopt}}},
      {Of(K::kServerError), 500, no, error},
      {Of(K::kServerError, true), 500, yes, error},
      {Of(K::kServerErrorJunk), 500, no, html},
      {Of(K::kUnavailable), 503, no, R"({"Type":null,"Title":"Service Unavailable","Status":503)"},
      {{.kind = K::kRedirect, .location = "http://other.invalid/x"},
       302,
       no,
       "",
       {{"Location", "http://other.invalid/x"}}},
      {{.kind = K::kBusinessError, .value = "Not today"},
       200,
       no,
       error + "<ErrorDescription>Not today</ErrorDescription>"},
      {Of(K::kDrop), 0, no, ""},
      {Of(K::kDrop, true), 0, yes, ""},
      {Of(K::kHalf), 200, yes, ok},
      {Of(K::kOversize), 200, yes, ok},
      {Of(K::kCutInClient), 200, yes, ok},
      {Of(K::kCutAfterClient), 200, yes, ok},
      {Of(K::kCloseMidBody), 200, yes, ok},
      {Of(K::kResetMidBody), 200, yes, ok},
      {Of(K::kChunked), 200, yes, ok, {{"Content-Length", std::nullopt}}},
      {Of(K::kChunkedNoEnd), 200, yes, ok, {{"Content-Length", std::nullopt}}},
      {{.kind = K::kContentType, .value = "text/html"},
       200,
       yes,
       ok,
       {{"Content-Type", "text/html"}}},
      {{.kind = K::kContentType, .value = "application/json"},
       200,
       yes,
       ok,
       {{"Content-Type", "application/json"}}},
      {Of(K::kContentType), 200, yes, ok, {{"Content-Type", std::nullopt}}},
      {Of(K::kBom), 200, yes, "\xEF\xBB\xBF" + ok},
      {Of(K::kDeclaration), 200, yes, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n" + ok},
      {Of(K::kCrlf), 200, yes, ok},
      {Of(K::kTrailingNewline), 200, yes, ok},
      {Of(K::kDuplicate), 200, yes, ok},
      {Of(K::kDuplicateBefore), 200, yes, ok},
      {Of(K::kReordered), 200, yes, ok},
      {Of(K::kUnknown), 200, yes, ok + "<Unheard of=\"it\">"},
      {Of(K::kAbsent), 200, yes, ok},
      {Of(K::kComments), 200, yes, ok},
      {Of(K::kCdata), 200, yes, ok},
      {Of(K::kEmptyForms), 200, yes, ok},
      {Of(K::kIndented), 200, yes, ok},
      {{.kind = K::kAlsoSet, .element = "Phone", .value = "99"}, 200, yes, ok},
      {{.kind = K::kEditAfter, .element = "Phone", .value = "99"}, 200, yes, ok},
  };
}

TEST(FaultsTest, EachFaultOnAnUpdate) {
  for (const Case& c : Cases()) {
    SCOPED_TRACE(NameOf(c.fault.kind) + (c.fault.applied ? ", applied" : ""));
    TestSandbox sandbox;
    Fault fault = c.fault;
    fault.endpoint = "client.api/update";
    ASSERT_TRUE(sandbox.xpm.InjectFault(fault).ok());
    const RawReply reply = sandbox.Update(kCompany, "<Fax>struck</Fax>");
    EXPECT_EQ(reply.status, c.status);
    EXPECT_THAT(reply.body, StartsWith(c.starts));
    for (const auto& [name, value] : c.headers) EXPECT_EQ(reply.Header(name), value) << name;
    const bool applied = sandbox.xpm.GetClient(kCompany)->Get("Fax") == "struck";
    EXPECT_EQ(applied, c.write == Write::kApplied);
    EXPECT_EQ(sandbox.xpm.calls().back().fault, NameOf(c.fault.kind));
    EXPECT_EQ(sandbox.xpm.calls().back().status, c.status);
    EXPECT_THAT(sandbox.Update(kCompany, "<Fax>next</Fax>").body, HasSubstr("<Fax>next</Fax>"))
        << "one call, not two";
  }
}

// Those with tests of their own below.
TEST(FaultsTest, EveryFaultIsTested) {
  std::set<std::string> tested = {"hang",         "timeout",     "late_500", "late_drop",
                                  "late_timeout", "hide_client", "unasked"};
  for (const Case& c : Cases()) tested.insert(NameOf(c.fault.kind));
  for (const std::string& name : FaultKindNames()) EXPECT_TRUE(tested.contains(name)) << name;
}

TEST(FaultsTest, HalfADocumentWithALengthThatFits) {
  TestSandbox sandbox;
  const std::string whole = sandbox.Get(kTrust).body;
  ASSERT_TRUE(sandbox.xpm.InjectFault(Of(FaultKind::kHalf)).ok());
  const RawReply reply = sandbox.Get(kTrust);
  EXPECT_FALSE(reply.truncated);
  EXPECT_EQ(reply.body, whole.substr(0, whole.size() / 2));
}

TEST(FaultsTest, ABodyLargerThanAskedForIsStillWellFormed) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = FaultKind::kOversize, .bytes = 3'000'000}).ok());
  const RawReply reply = sandbox.Get(kTrust);
  EXPECT_EQ(reply.body.size(), 3'000'001u);
  EXPECT_FALSE(reply.truncated);
  EXPECT_THAT(reply.body.substr(reply.body.size() - 13), "  </Response>");
}

TEST(FaultsTest, TheConnectionEndsInMidBody) {
  for (const FaultKind kind : {FaultKind::kCloseMidBody, FaultKind::kResetMidBody}) {
    TestSandbox sandbox;
    const size_t whole = sandbox.Get(kTrust).body.size();
    ASSERT_TRUE(sandbox.xpm.InjectFault(Of(kind)).ok());
    const RawReply reply = sandbox.Get(kTrust);
    EXPECT_EQ(reply.Header("Content-Length"), std::to_string(whole));
    EXPECT_TRUE(reply.truncated);
    EXPECT_EQ(reply.reset, kind == FaultKind::kResetMidBody);
  }
}

TEST(FaultsTest, AHangingCallAnswersWhenReleased) {
  for (const bool applied : {false, true}) {
    TestSandbox sandbox;
    ASSERT_TRUE(sandbox.xpm.InjectFault(Of(FaultKind::kHang, applied)).ok());
    auto reply = std::async(std::launch::async, [&] { return sandbox.Get(kTrust); });
    while (sandbox.xpm.hanging() == 0) std::this_thread::yield();
    EXPECT_EQ(sandbox.xpm.calls().back().status, 0);
    EXPECT_FALSE(sandbox.xpm.calls().back().end.has_value());
    // `applied` has the answer written before the hang: it is stale by now.
    ASSERT_TRUE(sandbox.xpm.EditClient(kTrust, {.values = {{"Website", ""}}}).ok());
    sandbox.xpm.Release();
    const bool stale = reply.get().body.find("<Website>https") != std::string::npos;
    EXPECT_EQ(stale, applied);
    EXPECT_EQ(sandbox.xpm.calls().back().status, 200);
  }
}

TEST(FaultsTest, ATimeoutNeverAnswers) {
  for (const bool applied : {false, true}) {
    TestSandbox sandbox;
    ASSERT_TRUE(sandbox.xpm.InjectFault(Of(FaultKind::kTimeout, applied)).ok());
    auto reply =
        std::async(std::launch::async, [&] { return sandbox.Update(kTrust, "<Fax>late</Fax>"); });
    while (sandbox.xpm.hanging() == 0) std::this_thread::yield();
    EXPECT_EQ(sandbox.xpm.GetClient(kTrust)->Get("Fax"), applied ? "late" : "");
    sandbox.xpm.Release();
    EXPECT_EQ(reply.get().status, 0);
    EXPECT_EQ(sandbox.xpm.GetClient(kTrust)->Get("Fax"), applied ? "late" : "");
  }
}

TEST(FaultsTest, AHangEndsWhenTheCallerLeavesAndAppliesNothing) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault(Of(FaultKind::kHang)).ok());
  {
    RawConnection caller(sandbox.xpm.port());
    const std::string body = "<Client><UUID>" + kTrust + "</UUID><Name>N</Name></Client>";
    caller.Send("PUT " + kApi + "update HTTP/1.1\r\n" + kAuth +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    while (sandbox.xpm.hanging() == 0) std::this_thread::yield();
  }
  while (sandbox.xpm.hanging() == 1) std::this_thread::yield();
  EXPECT_EQ(sandbox.xpm.GetClient(kTrust)->Get("Name"), "The Merrow Family Trust");
}

TEST(FaultsTest, ManyHangingCallsStopNeitherOtherCallsNorTheEnd) {
  constexpr int kHanging = 150;
  std::vector<std::unique_ptr<RawConnection>> callers;
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm
                  .InjectFault({.endpoint = "client.api/list",
                                .kind = FaultKind::kHang,
                                .times = Fault::kUntilCleared})
                  .ok());
  for (int i = 0; i < kHanging; ++i) {
    callers.push_back(std::make_unique<RawConnection>(sandbox.xpm.port()));
    callers.back()->Send(absl::StrCat("GET ", kApi, "list HTTP/1.1\r\n", kAuth, "\r\n"));
  }
  while (sandbox.xpm.hanging() < kHanging) std::this_thread::yield();
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
  EXPECT_EQ(sandbox.Call("GET", "/sandbox/log").status, 200);
  EXPECT_EQ(sandbox.xpm.calls("client.api/list").back().in_flight, kHanging);
}  // the sandbox ends with all of them hanging

TEST(FaultsTest, AWriteThatSetsMoreThanItWasAsked) {
  TestSandbox sandbox;
  ASSERT_TRUE(
      sandbox.xpm.InjectFault({.kind = FaultKind::kAlsoSet, .element = "Phone", .value = ""}).ok());
  const RawReply reply = sandbox.Update(kCompany, "<Fax>1</Fax>");
  EXPECT_THAT(reply.body, HasSubstr("<Phone></Phone><Fax>1</Fax>"));
}

TEST(FaultsTest, OddRetryAfters) {
  const std::vector<std::string> odd = {"0",    "-5",  "99999999999999999999",
                                        "soon", "1.5", "Mon, 20 Jul 2026 12:01:00 GMT"};
  for (const FaultKind kind :
       {FaultKind::kRateMinute, FaultKind::kRateDay, FaultKind::kRateConcurrent,
        FaultKind::kRateApp, FaultKind::kUnavailable}) {
    for (const std::string& text : odd) {
      TestSandbox sandbox;
      ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = kind, .retry_after_header = text}).ok());
      EXPECT_EQ(sandbox.Get(kTrust).Header("Retry-After"), text) << NameOf(kind);
    }
    TestSandbox sandbox;
    ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = kind, .retry_after_header = ""}).ok());
    EXPECT_EQ(sandbox.Get(kTrust).Header("Retry-After"), std::nullopt) << NameOf(kind);
  }
}

TEST(FaultsTest, ChunksWithAndWithoutTheLast) {
  for (const FaultKind kind : {FaultKind::kChunked, FaultKind::kChunkedNoEnd}) {
    TestSandbox sandbox;
    const std::string whole = sandbox.Call("GET", kApi + "list").body;
    ASSERT_TRUE(sandbox.xpm.InjectFault(Of(kind)).ok());
    const RawReply reply = sandbox.Call("GET", kApi + "list");
    EXPECT_EQ(reply.body, whole);
    EXPECT_EQ(reply.truncated, kind == FaultKind::kChunkedNoEnd);
  }
}

TEST(FaultsTest, AnAnswerWithoutABodyHasNoChunks) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  player.Take({.what = "connections", .target = "/connections", .headers = BearerOf("{access}")});
  for (const FaultKind kind : {FaultKind::kChunked, FaultKind::kChunkedNoEnd}) {
    ASSERT_TRUE(sandbox.xpm.InjectFault({.endpoint = "connections", .kind = kind}).ok());
    const RawReply reply = player.Take({.what = "an unknown one",
                                        .method = "DELETE",
                                        .target = "/connections/none",
                                        .headers = BearerOf("{access}"),
                                        .status = 404});
    EXPECT_EQ(reply.Header("Transfer-Encoding"), "chunked");
  }
  ASSERT_TRUE(
      sandbox.xpm.InjectFault({.endpoint = "connections", .kind = FaultKind::kChunked}).ok());
  player.Take({.what = "disconnect",
               .method = "DELETE",
               .target = "/connections/{connection}",
               .headers = BearerOf("{access}"),
               .status = 204,
               .lacks_headers = {"Transfer-Encoding", "Content-Length"}});
}

TEST(FaultsTest, AnEditByStaffRightAfterARead) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm
                  .InjectFault({.endpoint = "client.api/get",
                                .kind = FaultKind::kEditAfter,
                                .element = "Phone",
                                .value = "moved"})
                  .ok());
  EXPECT_THAT(sandbox.Get(kCompany).body, HasSubstr("<Phone>(04) 555 0188</Phone>"));
  EXPECT_THAT(sandbox.Get(kCompany).body, HasSubstr("<Phone>moved</Phone>"));
}

TEST(FaultsTest, AFaultWaitsForItsEndpointAndItsTimes) {
  TestSandbox sandbox;
  ASSERT_TRUE(sandbox.xpm.InjectFault({.endpoint = "client.api/get", .times = 2}).ok());
  EXPECT_EQ(sandbox.Call("GET", kApi + "list").status, 200);
  EXPECT_EQ(sandbox.Call("GET", kApi + "get/" + kTrust, "", kTenant).status, 401);
  EXPECT_EQ(sandbox.Get(kTrust).status, 500);
  EXPECT_EQ(sandbox.Get(kTrust).status, 500);
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
  ASSERT_TRUE(sandbox.xpm.InjectFault({.times = Fault::kUntilCleared}).ok());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sandbox.Get(kTrust).status, 500);
  sandbox.xpm.ClearFaults();
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
}

TEST(FaultsTest, FaultsThatCannotBe) {
  TestSandbox sandbox;
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.InjectFault({.endpoint = "client.api/upsert"})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.InjectFault({.times = -2})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      sandbox.xpm.InjectFault({.kind = FaultKind::kAlsoSet, .element = "WebSite"})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      sandbox.xpm.InjectFault({.kind = FaultKind::kAbsent, .element = "Mood"})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      sandbox.xpm.InjectFault({.kind = FaultKind::kContentType, .value = "a\r\nb: c"})));
  EXPECT_TRUE(absl::IsInvalidArgument(
      sandbox.xpm.InjectFault({.kind = FaultKind::kRateDay, .retry_after_header = "1\n"})));
}

TEST(FaultsTest, AnAddIsCarriedOutOnceOrNotAtAll) {
  for (const FaultKind kind : {FaultKind::kDrop, FaultKind::kServerError, FaultKind::kHtml,
                               FaultKind::kUnavailable, FaultKind::kEmpty}) {
    for (const bool applied : {false, true}) {
      SCOPED_TRACE(absl::StrCat(NameOf(kind), " applied ", applied));
      TestSandbox sandbox;
      const size_t before = sandbox.xpm.clients().size();
      ASSERT_TRUE(
          sandbox.xpm.InjectFault({.endpoint = "client.api/add", .kind = kind, .applied = applied})
              .ok());
      sandbox.Call("POST", kApi + "add", "<Client><Name>Newcomer</Name></Client>");
      EXPECT_EQ(sandbox.xpm.clients().size(), before + (applied ? 1 : 0));
      EXPECT_EQ(sandbox.xpm.calls("client.api/add").back().fault_applied, applied);
    }
  }
}

}  // namespace
}  // namespace profilesync::xpm_sandbox
