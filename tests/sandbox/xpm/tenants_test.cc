// Which tenants and endpoints a token reaches.

#include "tests/sandbox/xpm/rules.h"
#include "tests/sandbox/xpm/steps.h"

namespace profilesync::xpm_sandbox {
namespace {

const std::string kFirst = "11111111-98a1-4c0b-b6c6-0c7d6cf2e411";
const std::string kSecond = "22222222-98a1-4c0b-b6c6-0c7d6cf2e411";
const std::string kLedger = "33333333-98a1-4c0b-b6c6-0c7d6cf2e411";

std::vector<Tenant> Three() {
  return {{.id = kLedger, .type = kOrganisation, .name = "A Ledger"},
          {.id = kFirst, .name = "First \"& Co\""},
          {.id = kSecond, .name = "Second"}};
}

Step Read(const std::string& what, const std::string& tenant, int status,
          const std::string& token = "{access}") {
  return {.what = what,
          .target = kApi + "get/" + kTrust,
          .headers = "Authorization: Bearer " + token + "\r\nXero-Tenant-Id: " + tenant + "\r\n",
          .status = status};
}

Step Connections(const std::string& what, const std::vector<std::string>& has,
                 const std::vector<std::string>& lacks = {}) {
  return {.what = what,
          .target = "/connections",
          .headers = "Authorization: Bearer {access}\r\n",
          .has = has,
          .lacks = lacks};
}

TEST(TenantsTest, ConnectionsOfAGrant) {
  TestSandbox sandbox({}, {0, 0, 0, 0}, Three());
  sandbox.clock.Advance(absl::Seconds(9));
  Player player(sandbox);
  player.TakeAll(Authorised());
  sandbox.clock.Advance(absl::Minutes(5));
  Step step = Connections("all of them", {});
  step.has_headers = {{"Content-Type", "application/json; charset=utf-8"}};
  step.lacks_headers = {"X-MinLimit-Remaining", "X-AppMinLimit-Remaining"};
  const std::string event =
      R"(","authEventId":"00000000-0000-4000-8000-000000000002","tenantId":")";
  const std::string times =
      R"("createdDateUtc":"2026-07-20T12:00:09.0000000","updatedDateUtc":"2026-07-20T12:00:09.0000000"})";
  const std::string id = R"({"id":"00000000-0000-4000-8000-00000000000)";
  step.exact = "[" + id + "3" + event + kLedger +
               R"(","tenantType":"ORGANISATION","tenantName":"A Ledger",)" + times + "," + id +
               "4" + event + kFirst +
               R"(","tenantType":"PRACTICEMANAGER","tenantName":"First \"& Co\"",)" + times + "," +
               id + "5" + event + kSecond +
               R"(","tenantType":"PRACTICEMANAGER","tenantName":"Second",)" + times + "]";
  player.Take(step);
  player.TakeAll({Read("the first practice", kFirst, 200),
                  Read("the second practice", kSecond, 200),
                  Read("no practice at all", kLedger, 403), Read("none of them", kNobody, 403),
                  Read("the options' token", kSecond, 200, "good-token"),
                  Read("the options' token", kLedger, 403, "good-token")});
  EXPECT_EQ(sandbox.xpm.tenant_id(), kFirst);
}

TEST(TenantsTest, EachHasLimitsOfItsOwn) {
  TestSandbox sandbox({}, {.minute = 1}, Three());
  Player player(sandbox);
  player.TakeAll(Authorised());
  player.TakeAll({Read("the first", kFirst, 200), Read("the first again", kFirst, 429),
                  Read("the second", kSecond, 200)});
}

TEST(TenantsTest, ADisconnectedTenant) {
  TestSandbox sandbox({}, {0, 0, 0, 0},
                      {{.id = kFirst, .name = "1"}, {.id = kSecond, .name = "2"}});
  Player player(sandbox);
  player.TakeAll(Authorised());
  Step disconnect = {.what = "disconnect the first",
                     .method = "DELETE",
                     .target = "/connections/{connection}",
                     .headers = "Authorization: Bearer {access}\r\n",
                     .status = 204,
                     .lacks_headers = {"Content-Length", "Content-Type"},
                     .exact = ""};
  player.TakeAll({Connections("both", {kFirst, kSecond}), disconnect,
                  Connections("one", {kSecond}, {kFirst}), Read("the first", kFirst, 403),
                  Read("the second", kSecond, 200),
                  Read("the options'", kFirst, 200, "good-token")});
  player.TakeAll(Authorised());
  player.TakeAll(
      {Connections("another consent", {kFirst, kSecond}), Read("the first", kFirst, 200)});
}

TEST(TenantsTest, DisconnectsThatCannotBe) {
  TestSandbox sandbox;
  Player player(sandbox);
  player.TakeAll(Authorised());
  Step disconnect = {.what = "unknown",
                     .method = "DELETE",
                     .target = "/connections/" + kNobody,
                     .headers = "Authorization: Bearer {access}\r\n",
                     .status = 404,
                     .has = {"ResourceNotFound"}};
  player.Take(disconnect);
  player.Take(Connections("one", {kTenant.substr(16, 36)}));
  disconnect.what = "another grant's";
  disconnect.target = "/connections/{connection}";
  disconnect.headers = kBearer;
  player.Take(disconnect);
  disconnect.what = "no token";
  disconnect.headers = "";
  disconnect.status = 401;
  disconnect.has = {};
  player.Take(disconnect);
  disconnect.what = "a read";
  disconnect.headers = kBearer;
  disconnect.method = "GET";
  disconnect.status = 405;
  player.Take(disconnect);
  disconnect.what = "all";
  disconnect.method = "DELETE";
  disconnect.target = "/connections";
  player.Take(disconnect);
}

TEST(TenantsTest, TheOptionsTokenCanBeDisconnectedToo) {
  TestSandbox sandbox;
  const std::string id = JsonMember(sandbox.Call("GET", "/connections", "", kBearer).body, "id");
  EXPECT_EQ(sandbox.Call("DELETE", "/connections/" + id, "", kBearer).status, 204);
  EXPECT_EQ(sandbox.Call("GET", "/connections", "", kBearer).body, "[]");
  EXPECT_EQ(sandbox.Get(kTrust).status, 403);
}

TEST(TenantsTest, ThoseThatComeAndGo) {
  TestSandbox sandbox({}, {0, 0, 0, 0}, {{.id = kFirst, .name = "1"}});
  Player player(sandbox);
  player.TakeAll(Authorised());
  ASSERT_TRUE(sandbox.xpm.SetTenants({{.id = kSecond, .name = "2"}}).ok());
  player.TakeAll({Read("gone", kFirst, 403), Read("not consented to", kSecond, 403),
                  Read("the options'", kSecond, 200, "good-token"),
                  Connections("none", {}, {kFirst, kSecond})});
  ASSERT_TRUE(sandbox.xpm.SetTenants({{.id = kFirst, .name = "New name"}}).ok());
  player.TakeAll({Read("back", kFirst, 200), Connections("renamed", {"New name"})});
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.SetTenants({{.id = ""}})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.SetTenants({{.id = "a"}, {.id = "A"}})));
  EXPECT_TRUE(absl::IsInvalidArgument(sandbox.xpm.SetTenants({{.id = "a", .type = "x"}})));
  player.Take(Read("unchanged", kFirst, 200));
  EXPECT_TRUE(absl::IsInvalidArgument(XpmSandbox::Create({.tenants = {{.id = ""}}}).status()));
}

// Which scopes let a token do what (reference 3.4).
TEST(ScopesTest, Table) {
  struct Case {
    std::string scope;
    int read;
    int write;
  };
  const std::vector<Case> cases = {
      {"practicemanager", 200, 200},
      {"practicemanager.read", 200, 403},
      {"practicemanager.client", 200, 200},
      {"practicemanager.client.read", 200, 403},
      {"practicemanager.job", 403, 403},
      {"practicemanager.staff.read", 403, 403},
      {"openid%20profile%20email", 403, 403},
      {"practicemanager.job%20practicemanager.client.read", 200, 403},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.scope);
    TestSandbox sandbox;
    Player player(sandbox);
    player.TakeAll(Authorised(c.scope));
    Step read = ApiRead("read", "{access}", c.read);
    if (c.read == 403) {
      read.has = {R"("Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful")"};
      read.has_headers = {{"X-AppMinLimit-Remaining", "2147483647"}};
      read.lacks_headers = {"X-MinLimit-Remaining"};
    }
    player.Take(read);
    player.Take({.what = "write",
                 .method = "PUT",
                 .target = kApi + "update",
                 .headers = BearerOf("{access}"),
                 .body = Body(kTrust, "<Fax>1</Fax>"),
                 .status = c.write});
    EXPECT_EQ(sandbox.xpm.GetClient(kTrust)->Get("Fax"), c.write == 200 ? "1" : "");
    player.Take(Connections("connections need none", {"PRACTICEMANAGER"}));
  }
}

}  // namespace
}  // namespace profilesync::xpm_sandbox
