// The limits, the log, tokens, the control API, and the sandbox's own methods.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/sandbox/xpm/steps.h"
#include "tests/sandbox/xpm/test_clients.h"

namespace profilesync::xpm_sandbox {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Text = std::optional<std::string>;

TEST(LimitsTest, RemainingCountsGoDown) {
  TestSandbox sandbox({}, LimitConfig());
  const RawReply first = sandbox.Get(kTrust);
  EXPECT_EQ(first.Header("X-MinLimit-Remaining"), Text("59"));
  EXPECT_EQ(first.Header("X-DayLimit-Remaining"), Text("4999"));
  EXPECT_EQ(first.Header("X-AppMinLimit-Remaining"), Text("9999"));
  const RawReply business_error = sandbox.Get(kNobody);
  EXPECT_EQ(business_error.Header("X-MinLimit-Remaining"), Text("58"));
}

TEST(LimitsTest, TheMinuteIsAFixedWindowFromItsFirstCall) {
  TestSandbox sandbox({}, LimitConfig());
  sandbox.Get(kTrust);
  sandbox.clock.Advance(absl::Seconds(38));
  for (int i = 0; i < 59; ++i) EXPECT_EQ(sandbox.Get(kTrust).status, 200);
  const RawReply refused = sandbox.Get(kTrust);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, "");
  EXPECT_EQ(refused.Header("Content-Length"), Text("0"));
  EXPECT_EQ(refused.Header("Content-Type"), std::nullopt);
  EXPECT_EQ(refused.Header("X-Rate-Limit-Problem"), Text("minute"));
  EXPECT_EQ(refused.Header("Retry-After"), Text("22"));
  sandbox.clock.Advance(absl::Seconds(21));
  EXPECT_EQ(sandbox.Get(kTrust).Header("Retry-After"), Text("1"));
  sandbox.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(sandbox.Get(kTrust).Header("X-MinLimit-Remaining"), Text("59"));
}

TEST(LimitsTest, TheDay) {
  TestSandbox sandbox({}, {.day = 2});
  sandbox.Get(kTrust);
  sandbox.Get(kTrust);
  sandbox.clock.Advance(absl::Hours(23));
  const RawReply refused = sandbox.Get(kTrust);
  EXPECT_EQ(refused.Header("X-Rate-Limit-Problem"), Text("day"));
  EXPECT_EQ(refused.Header("Retry-After"), Text("3600"));
  sandbox.clock.Advance(absl::Hours(1));
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
}

TEST(LimitsTest, FiveInFlight) {
  TestSandbox sandbox({}, LimitConfig());
  ASSERT_TRUE(sandbox.xpm.InjectFault({.kind = FaultKind::kHang, .times = 5}).ok());
  std::vector<std::unique_ptr<RawConnection>> callers;
  for (int i = 0; i < 5; ++i) {
    callers.push_back(std::make_unique<RawConnection>(sandbox.xpm.port()));
    callers.back()->Send(absl::StrCat("GET ", kApi, "list HTTP/1.1\r\n", kAuth, "\r\n"));
  }
  while (sandbox.xpm.hanging() < 5) std::this_thread::yield();
  const RawReply refused = sandbox.Get(kTrust);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.Header("X-Rate-Limit-Problem"), Text("concurrent"));
  EXPECT_EQ(refused.Header("Retry-After"), std::nullopt);
  sandbox.xpm.Release();
  for (auto& caller : callers) EXPECT_EQ(caller->Receive().status, 200);
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
}

TEST(LimitsTest, OnlyCallsThatReachATenantCount) {
  TestSandbox sandbox({}, {.minute = 1, .app_minute = 3});
  sandbox.Call("GET", kApi + "list", "", kTenant);
  sandbox.Call("GET", kApi + "list", "", kBearer);
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
  EXPECT_EQ(sandbox.Get(kTrust).status, 429);
  sandbox.xpm.SetLimits({.minute = 0, .app_minute = 3});
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
  EXPECT_EQ(sandbox.Get(kTrust).Header("X-Rate-Limit-Problem"), Text("appminute"));
  sandbox.xpm.ResetLimits();
  EXPECT_EQ(sandbox.Get(kTrust).status, 200);
}

TEST(LogTest, KeepsCallsWithoutTheToken) {
  TestSandbox sandbox;
  sandbox.Call("GET", kApi + "search?query=a%20b&detailed=true");
  sandbox.clock.Advance(absl::Seconds(1));
  sandbox.Update(kTrust, "<Fax>1</Fax>");
  sandbox.Call("GET", "/sandbox/log");
  const std::vector<CallRecord> calls = sandbox.xpm.calls();
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].method, "GET");
  EXPECT_EQ(calls[0].path, kApi + "search");
  EXPECT_EQ(calls[0].query, "query=a%20b&detailed=true");
  EXPECT_EQ(calls[0].status, 200);
  EXPECT_EQ(calls[0].in_flight, 1);
  EXPECT_EQ(calls[0].end, calls[0].start);
  EXPECT_EQ(calls[1].start - calls[0].start, absl::Seconds(1));
  EXPECT_EQ(calls[1].endpoint, "client.api/update");
  EXPECT_THAT(calls[1].body, HasSubstr("<Fax>1</Fax></Client>"));
  EXPECT_EQ(sandbox.xpm.calls("client.api/update").size(), 1u);
  for (const auto& [name, value] : calls[1].headers) EXPECT_THAT(value, Not(HasSubstr("good")));
  EXPECT_TRUE(sandbox.xpm.WaitForCalls(2));
  sandbox.xpm.ClearCalls();
  EXPECT_TRUE(sandbox.xpm.calls().empty());
  EXPECT_FALSE(sandbox.xpm.WaitForCalls(1, absl::ZeroDuration()));
}

TEST(TokenTest, ExpiresAndIsReplaced) {
  TestSandbox sandbox;
  sandbox.xpm.ExpireToken();
  const RawReply expired = sandbox.Get(kTrust);
  EXPECT_EQ(expired.status, 401);
  EXPECT_THAT(expired.body, HasSubstr("\"Detail\":\"TokenExpired"));
  sandbox.xpm.SetToken("fresh");
  EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr("AuthenticationUnsuccessful"));
  EXPECT_EQ(
      sandbox.Call("GET", kApi + "list", "", "Authorization: Bearer fresh\r\n" + kTenant).status,
      200);
}

TEST(ConnectionTest, StaysOpenForTheNextRequest) {
  TestSandbox sandbox;
  RawConnection connection(sandbox.xpm.port());
  const std::string get = "GET " + kApi + "get/" + kTrust + " HTTP/1.1\r\n" + kAuth + "\r\n";
  for (int i = 0; i < 20; ++i) {
    connection.Send(get);
    ASSERT_EQ(connection.Receive().status, 200);
  }
  connection.Send(get + get);
  EXPECT_EQ(connection.Receive().status, 200);
  EXPECT_EQ(connection.Receive().status, 200);
}

TEST(ConnectionTest, ABodyInChunksAndAfterContinue) {
  TestSandbox sandbox;
  RawConnection connection(sandbox.xpm.port());
  const std::string body = "<Client><UUID>" + kTrust + "</UUID><Name>Chunked</Name></Client>";
  connection.Send("PUT " + kApi + "update HTTP/1.1\r\n" + kAuth +
                  "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(connection.Receive().status, 100);
  connection.Send(absl::StrFormat("%x\r\n%s\r\n0\r\n\r\n", body.size(), body));
  EXPECT_THAT(connection.Receive().body, HasSubstr("<Name>Chunked</Name>"));
}

struct Control {
  std::string what;
  std::string method;
  std::string target;
  std::string body;
  int status;
  std::string has;
};

TEST(ControlTest, Table) {
  const std::string client = "/sandbox/clients/" + kTrust;
  const std::vector<Control> table = {
      {"all clients", "GET", "/sandbox/clients", "", 200, kArchived},
      {"one client, tax number in the clear", "GET", client, "", 200, "987 654 321"},
      {"no such client", "GET", "/sandbox/clients/" + kNobody, "", 404, "error"},
      {"edit", "PATCH", client, R"({"Phone": "1", "Website": ""})", 200, R"("Phone": "1")"},
      {"edit contacts", "PATCH", client, R"({"Contacts": [{"Name": "Z"}]})", 200, R"("Name": "Z")"},
      {"edit extra elements", "PATCH", client, R"({"extra": {"Mood": "sunny"}})", 200,
       R"("Mood": "sunny")"},
      {"an extra element that is none", "PATCH", client, R"({"extra": {"Phone": "1"}})", 400,
       "'Phone'"},
      {"an extra element that can't be", "PATCH", client, R"({"extra": {"a b": "1"}})", 400,
       "'a b'"},
      {"edit by the written name", "PATCH", client, R"({"WebSite": "x"})", 400, "WebSite"},
      {"edit with a number", "PATCH", client, R"({"Phone": 1})", 400, "Phone"},
      {"edit that is no JSON", "PATCH", client, "{", 400, "error"},
      {"edit of nobody", "PATCH", "/sandbox/clients/" + kNobody, "{}", 404, "error"},
      {"add", "POST", "/sandbox/clients", R"({"Name": "Added"})", 200, "00000000-0000-4000-8000"},
      {"add what is there", "POST", "/sandbox/clients",
       R"({"Name": "A", "UUID": ")" + kTrust + "\"}", 409, "error"},
      {"add without a name", "POST", "/sandbox/clients", "{}", 400, "Name"},
      {"remove", "DELETE", client, "", 200, "{}"},
      {"the log", "GET", "/sandbox/log", "", 200, "[]"},
      {"forget the log", "DELETE", "/sandbox/log", "", 200, "{}"},
      {"a fault", "POST", "/sandbox/faults", R"({"kind": "html", "times": 3})", 200, "{}"},
      {"no such fault", "POST", "/sandbox/faults", R"({"kind": "flood"})", 400, "429_minute"},
      {"a fault without a kind", "POST", "/sandbox/faults", "{}", 400, "kind"},
      {"no such endpoint", "POST", "/sandbox/faults", R"({"kind": "html", "endpoint": "x"})", 400,
       "'x'"},
      {"waiting faults", "GET", "/sandbox/faults", "", 200, "[]"},
      {"no more faults", "DELETE", "/sandbox/faults", "", 200, "{}"},
      {"a fault with an element that isn't", "POST", "/sandbox/faults",
       R"({"kind": "absent", "element": "Mood"})", 400, "Mood"},
      {"a fault with an odd delay", "POST", "/sandbox/faults",
       R"({"kind": "late_500", "delay_ms": -1})", 400, "delay_ms"},
      {"random faults", "PUT", "/sandbox/random-faults",
       R"({"seed": 7, "probability": 0.5, "kinds": ["500", "drop"], "delay_ms": 5})", 200,
       R"("delay_ms": 5)"},
      {"random faults of all kinds", "PUT", "/sandbox/random-faults",
       R"({"seed": 18446744073709551615, "probability": 0.5})", 200, "\"late_drop\""},
      {"the random faults", "GET", "/sandbox/random-faults", "", 200, R"("probability": 0.0)"},
      {"no random faults", "DELETE", "/sandbox/random-faults", "", 200, R"("probability": 0.0)"},
      {"random faults without a seed", "PUT", "/sandbox/random-faults", R"({"probability": 1})",
       400, "seed"},
      {"random faults with odds of 2", "PUT", "/sandbox/random-faults",
       R"({"seed": 1, "probability": 2})", 400, "between 0 and 1"},
      {"random faults of no kind", "PUT", "/sandbox/random-faults",
       R"({"seed": 1, "probability": 1, "kinds": ["flood"]})", 400, "flood"},
      {"edit many", "PATCH", "/sandbox/clients",
       R"({"uuids": [")" + kTrust + R"("], "edit": {"Fax": "1"}})", 200, kTrust},
      {"edit every third", "PATCH", "/sandbox/clients", R"({"every": 3, "edit": {"Fax": "1"}})",
       200, kTrust},
      {"edit many and nobody", "PATCH", "/sandbox/clients",
       R"({"uuids": [")" + kNobody + R"("], "edit": {}})", 404, kNobody},
      {"edit many without an edit", "PATCH", "/sandbox/clients", R"({"every": 3})", 400, "edit"},
      {"edit every none", "PATCH", "/sandbox/clients", R"({"every": 0, "edit": {}})", 400, "N = 1"},
      {"generate", "POST", "/sandbox/generate", R"({"count": 2, "seed": 7})", 200, "-4"},
      {"generate too many", "POST", "/sandbox/generate", R"({"count": 1000000})", 400, "count"},
      {"generate without a count", "POST", "/sandbox/generate", "{}", 400, "count"},
      {"late writes", "POST", "/sandbox/apply-late-writes", "", 200, "{}"},
      {"release", "POST", "/sandbox/release", "", 200, "{}"},
      {"the switches", "GET", "/sandbox/behaviour", "", 200, R"("omitted_elements": "kept")"},
      {"set one", "PATCH", "/sandbox/behaviour", R"({"unknown_client": "404"})", 200,
       R"("unknown_client": "404")"},
      {"set none", "PUT", "/sandbox/behaviour", "{}", 200, R"("unknown_client": "error")"},
      {"no such switch", "PUT", "/sandbox/behaviour", R"({"x": "y"})", 400, "no switch 'x'"},
      {"no such value", "PATCH", "/sandbox/behaviour", R"({"tax_block": "y"})", 400, "once_opened"},
      {"expire access tokens", "POST", "/sandbox/expire-access-tokens", "", 200, "{}"},
      {"revoke grants", "POST", "/sandbox/revoke-grants", "", 200, "{}"},
      {"only by POST", "GET", "/sandbox/revoke-grants", "", 404, "error"},
      {"what was given out", "GET", "/sandbox/issued-secrets", "", 200, "[]"},
      {"the tenants", "GET", "/sandbox/tenants", "", 200, R"("type": "PRACTICEMANAGER")"},
      {"other tenants", "PUT", "/sandbox/tenants", R"([{"id": "a", "name": "Other"}])", 200,
       R"("name": "Other")"},
      {"a tenant without a name", "PUT", "/sandbox/tenants", R"([{"id": "a"}])", 400, "name"},
      {"tenants that are none", "PUT", "/sandbox/tenants", "{}", 400, "array"},
      {"a tenant of another type", "PUT", "/sandbox/tenants",
       R"([{"id": "a", "type": "x", "name": ""}])", 400, "ORGANISATION"},
      {"the clock", "GET", "/sandbox/clock", "", 200, R"("now": "2026-07-20T12:00:00+00:00")"},
      {"later", "PUT", "/sandbox/clock", R"({"advance_seconds": 90})", 200, "12:01:30"},
      {"earlier", "PUT", "/sandbox/clock", R"({"advance_seconds": -1})", 400, "advance_seconds"},
      {"a clock without a word", "PUT", "/sandbox/clock", "{}", 400, "advance_seconds"},
      {"no such path", "GET", "/sandbox/nothing", "", 404, "README"},
      {"no such method", "PUT", "/sandbox/log", "", 405, "error"},
  };
  for (const Control& row : table) {
    SCOPED_TRACE(row.what);
    TestSandbox sandbox;
    const RawReply reply = sandbox.Call(row.method, row.target, row.body, "");
    EXPECT_EQ(reply.status, row.status);
    EXPECT_THAT(reply.body, HasSubstr(row.has));
    EXPECT_TRUE(sandbox.xpm.calls().empty());
  }
}

TEST(ControlTest, WhatItSetsHolds) {
  TestSandbox sandbox;
  sandbox.Call("PATCH", "/sandbox/clients/" + kTrust, R"({"Phone": "new", "Website": ""})", "");
  EXPECT_THAT(sandbox.Get(kTrust).body,
              AllOf(HasSubstr("<Phone>new</Phone>"), HasSubstr("<Website></Website>")));
  sandbox.Call("PATCH", "/sandbox/behaviour", R"({"unknown_client": "404"})", "");
  sandbox.Call("PATCH", "/sandbox/behaviour", R"({"tax_block": "always"})", "");
  EXPECT_EQ(sandbox.Get(kNobody).status, 404);
  sandbox.Call("PUT", "/sandbox/behaviour", R"({"tax_block": "always"})", "");
  EXPECT_EQ(sandbox.Get(kNobody).status, 200);
  sandbox.Call("POST", "/sandbox/faults", R"({"endpoint": "client.api/get", "kind": "409"})", "");
  EXPECT_EQ(sandbox.Get(kTrust).status, 409);
  const RawReply log = sandbox.Call("GET", "/sandbox/log", "", "");
  EXPECT_THAT(log.body, AllOf(HasSubstr("\"fault\": \"409\""), Not(HasSubstr("good-token"))));
  sandbox.Call("DELETE", "/sandbox/clients/" + kTrust, "", "");
  EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr("Invalid client identifier"));
}

TEST(ControlTest, EveryKindOfFaultCanBeAskedFor) {
  for (const std::string& kind : FaultKindNames()) {
    TestSandbox sandbox;
    const std::string fault =
        R"({"kind": ")" + kind + R"(", "element": "Phone", "delay_ms": 60000})";
    EXPECT_EQ(sandbox.Call("POST", "/sandbox/faults", fault, "").status, 200) << kind;
    EXPECT_THAT(sandbox.Call("GET", "/sandbox/faults", "", "").body,
                AllOf(HasSubstr("\"kind\": \"" + kind + "\""), HasSubstr("\"delay_ms\": 60000")));
  }
}

TEST(ControlTest, ARetryAfterAsItStands) {
  TestSandbox sandbox;
  sandbox.Call("POST", "/sandbox/faults", R"({"kind": "503", "retry_after_header": "soon"})", "");
  EXPECT_THAT(sandbox.Call("GET", "/sandbox/faults", "", "").body,
              HasSubstr(R"("retry_after_header": "soon")"));
  EXPECT_EQ(sandbox.Get(kTrust).Header("Retry-After"), Text("soon"));
}

TEST(ControlTest, TokensGrantsTenantsAndTheClock) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  sandbox.Call("POST", "/sandbox/expire-access-tokens", "", "");
  player.TakeAll({ApiRead("expired", "{access1}", 401), Refreshed("refresh", "{refresh1}", "2"),
                  ApiRead("new", "{access2}", 200)});
  sandbox.Call("PUT", "/sandbox/clock", R"({"advance_seconds": 1800})", "");
  player.TakeAll(
      {ApiRead("half an hour later", "{access2}", 401), Refreshed("again", "{refresh2}", "3")});
  EXPECT_EQ(sandbox.Get(kTrust).Header("Date"), Text("Mon, 20 Jul 2026 12:30:00 GMT"));
  sandbox.Call("PUT", "/sandbox/tenants", "[]", "");
  player.Take(ApiRead("without its tenant", "{access3}", 403));
  sandbox.Call("POST", "/sandbox/revoke-grants", "", "");
  player.TakeAll({ApiRead("revoked", "{access3}", 401), NotRefreshed("revoked", "{refresh3}")});
}

TEST(ControlTest, AnExtraElementIsReadAndNotWritten) {
  TestSandbox sandbox;
  sandbox.Call("PATCH", "/sandbox/clients/" + kTrust, R"({"extra": {"Mood": "a < b"}})", "");
  const std::string mood = "</UUID><Mood>a &lt; b</Mood><Name>";
  EXPECT_THAT(sandbox.Get(kTrust).body, HasSubstr(mood));
  EXPECT_THAT(sandbox.Call("GET", kApi + "list").body, HasSubstr(mood));
  EXPECT_THAT(sandbox.Update(kTrust, "<Fax>1</Fax>").body, HasSubstr(mood));
  EXPECT_THAT(sandbox.Update(kTrust, "<Mood>1</Mood>").body, HasSubstr("Unknown element 'Mood'"));
  sandbox.Call("PATCH", "/sandbox/clients/" + kTrust, R"({"extra": {}})", "");
  EXPECT_THAT(sandbox.Get(kTrust).body, Not(HasSubstr("Mood")));
}

TEST(SandboxTest, MethodsOfTheInProcessClass) {
  TestSandbox sandbox;
  const std::string uuid = sandbox.xpm.AddClient(
      {.jurisdiction = "AU", .values = {{"Name", "Acme"}, {"TaxNumber", "1"}}});
  EXPECT_THAT(sandbox.Get(uuid).body, HasSubstr("<BranchNumber></BranchNumber>"));
  EXPECT_TRUE(absl::IsNotFound(sandbox.xpm.EditClient(kNobody, {})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.EditClient(uuid, {.values = {{"UUID", "1"}}})));
  EXPECT_EQ(sandbox.xpm.clients().size(), 10u);
  EXPECT_TRUE(sandbox.xpm.RemoveClient(uuid).ok());
  EXPECT_TRUE(absl::IsNotFound(sandbox.xpm.GetClient(uuid).status()));
  sandbox.xpm.SetBehaviour({.unknown_client = UnknownClient::k500});
  EXPECT_EQ(sandbox.xpm.behaviour().unknown_client, UnknownClient::k500);
  EXPECT_EQ(sandbox.Get(uuid).status, 500);
}

TEST(SandboxTest, WhatKeepsItFromStarting) {
  TestSandbox sandbox;
  EXPECT_TRUE(absl::IsUnavailable(XpmSandbox::Create({.port = sandbox.xpm.port()}).status()));
  EXPECT_TRUE(absl::IsNotFound(XpmSandbox::Create({.data_file = "/nonexistent"}).status()));
}

TEST(SandboxTest, RandomUuidsAreVersion4) {
  const std::string uuid = RandomUuid();
  EXPECT_THAT(uuid, ::testing::MatchesRegex(
                        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(uuid, RandomUuid());
}

}  // namespace
}  // namespace profilesync::xpm_sandbox
